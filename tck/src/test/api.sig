#Signature file v4.1
#Version 1.0

CLSS public abstract dev.secmem.tck.AuthenticatorContract
cons protected init()
meth protected abstract dev.secmem.api.identity.AuthenticatorProvider provider()
meth protected abstract java.util.List<java.lang.String> malformed()
meth protected abstract java.util.List<java.lang.String> wellFormed()
meth protected dev.secmem.api.identity.Peer knownPeer()
supr java.lang.Object
hfds authenticator
hcls NoPeer,OwnPeer,UnknownPeer

CLSS public final dev.secmem.tck.Capability
meth public static void require(boolean,java.lang.String)
supr java.lang.Object

CLSS public abstract dev.secmem.tck.CipherContract
cons protected init()
meth protected abstract dev.secmem.api.crypto.CipherProvider provider()
supr java.lang.Object
hfds FILLER,OVERHEAD,SIZES,cipher,key,keyBytes
hcls Misuse

CLSS public final dev.secmem.tck.Declarations
meth public static <%0 extends dev.secmem.api.Plugin> void assertDeclared(java.lang.Class<{%%0}>,java.lang.Class<? extends {%%0}>) throws java.io.IOException
supr java.lang.Object

CLSS public abstract dev.secmem.tck.KeyDerivationContract
cons protected init()
meth protected abstract dev.secmem.api.crypto.KeyDerivationProvider provider()
supr java.lang.Object

CLSS public final dev.secmem.tck.Race
cons public init()
fld public final static long HANG_MILLIS = 20000
innr public abstract interface static Task
meth public boolean endsWithin(long) throws java.lang.InterruptedException
meth public dev.secmem.tck.Race start()
meth public dev.secmem.tck.Race with(dev.secmem.tck.Race$Task)
meth public static int rounds(int)
meth public static java.util.Random random(java.lang.String)
meth public void join() throws java.lang.Exception
meth public void run() throws java.lang.Exception
supr java.lang.Object
hfds failures,start,threads

CLSS public abstract interface static dev.secmem.tck.Race$Task
 outer dev.secmem.tck.Race
meth public abstract void run() throws java.lang.Exception

CLSS public abstract interface !annotation dev.secmem.tck.Rule
 anno 0 java.lang.annotation.Documented()
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[METHOD])
intf java.lang.annotation.Annotation
meth public abstract java.lang.String value()

CLSS public abstract dev.secmem.tck.SecretStoreContract
 anno 0 org.junit.jupiter.api.Timeout(java.util.concurrent.TimeUnit unit=MINUTES, long value=2, org.junit.jupiter.api.Timeout$ThreadMode threadMode=SEPARATE_THREAD)
cons protected init()
meth protected abstract dev.secmem.api.store.SecretStoreProvider provider()
meth protected java.util.List<java.nio.ByteBuffer> rawBytes(dev.secmem.api.store.SecretStore)
meth public void aFullStoreSaysNoSpaceAndGoesOn() throws java.lang.Exception
 anno 0 dev.secmem.tck.Rule(java.lang.String value="ST-10")
 anno 0 org.junit.jupiter.api.Test()
meth public void aNestedCallIsRefusedAndNeverADeadlock() throws java.lang.Exception
 anno 0 dev.secmem.tck.Rule(java.lang.String value="ST-12")
 anno 0 org.junit.jupiter.api.Test()
meth public void aRecordThatIsBeingWrittenIsNeitherLentNorScanned() throws java.lang.Exception
 anno 0 dev.secmem.tck.Rule(java.lang.String value="ST-15")
 anno 0 org.junit.jupiter.api.Test()
meth public void afterCloseEveryMethodThrowsClosed() throws dev.secmem.api.PluginException
 anno 0 dev.secmem.tck.Rule(java.lang.String value="ST-01")
 anno 0 org.junit.jupiter.api.Test()
meth public void anIdInUseExistsAndNothingChanges() throws java.lang.Exception
 anno 0 dev.secmem.tck.Rule(java.lang.String value="ST-07")
 anno 0 org.junit.jupiter.api.Test()
meth public void closeStores() throws java.lang.Exception
 anno 0 org.junit.jupiter.api.AfterEach()
meth public void closeWaitsForReadersIsIdempotentAndNeverThrows() throws java.lang.Exception
 anno 0 dev.secmem.tck.Rule(java.lang.String value="ST-02")
 anno 0 org.junit.jupiter.api.Test()
meth public void deleteOfAnUnknownIdIsFalse() throws java.lang.Exception
 anno 0 dev.secmem.tck.Rule(java.lang.String value="ST-09")
 anno 0 org.junit.jupiter.api.Test()
meth public void deleteWaitsForReadersOfThatRecord() throws java.lang.Exception
 anno 0 dev.secmem.tck.Rule(java.lang.String value="ST-14")
 anno 0 org.junit.jupiter.api.Test()
meth public void deleteWipesForgetsAndFrees() throws dev.secmem.api.PluginException
 anno 0 dev.secmem.tck.Rule(java.lang.String value="ST-13")
 anno 0 org.junit.jupiter.api.Test()
meth public void failedPutLeavesNothing() throws dev.secmem.api.PluginException
 anno 0 dev.secmem.tck.Rule(java.lang.String value="ST-06")
 anno 0 org.junit.jupiter.api.Test()
meth public void putCopiesAndLeavesTheBufferAsItWas() throws dev.secmem.api.PluginException
 anno 0 dev.secmem.tck.Rule(java.lang.String value="ST-04")
 anno 0 org.junit.jupiter.api.Test()
meth public void readLendsExactlyTheRecord() throws dev.secmem.api.PluginException
 anno 0 dev.secmem.tck.Rule(java.lang.String value="ST-05")
 anno 0 org.junit.jupiter.api.Test()
meth public void readOfAnUnknownIdIsNotFound() throws dev.secmem.api.PluginException
 anno 0 dev.secmem.tck.Rule(java.lang.String value="ST-08")
 anno 0 org.junit.jupiter.api.Test()
meth public void readersOfOneRecordDoNotExcludeEachOther() throws java.lang.Exception
 anno 0 dev.secmem.tck.Rule(java.lang.String value="ST-03")
 anno 0 org.junit.jupiter.api.Test()
meth public void whatACallbackThrowsReachesTheCaller() throws java.lang.Exception
 anno 0 dev.secmem.tck.Rule(java.lang.String value="ST-11")
 anno 0 org.junit.jupiter.api.Test()
supr java.lang.Object
hfds MAX_BYTES,WATCH_MILLIS,opened

CLSS public abstract dev.secmem.tck.TransportContract
cons protected init()
meth protected abstract dev.secmem.api.transport.TransportProvider provider()
meth protected abstract java.lang.String address()
meth protected int inheritedDescriptor() throws java.lang.Exception
supr java.lang.Object

CLSS public abstract dev.secmem.tck.TransportMessageContract
cons protected init()
meth protected abstract dev.secmem.api.transport.TransportProvider provider()
meth protected abstract java.lang.String address()
meth protected int inheritedDescriptor() throws java.lang.Exception
supr java.lang.Object
hfds SIZES

CLSS abstract interface dev.secmem.tck.package-info

CLSS public java.lang.Object
cons public init()
meth protected java.lang.Object clone() throws java.lang.CloneNotSupportedException
meth protected void finalize() throws java.lang.Throwable
 anno 0 java.lang.Deprecated(boolean forRemoval=false, java.lang.String since="9")
meth public boolean equals(java.lang.Object)
meth public final java.lang.Class<?> getClass()
meth public final void notify()
meth public final void notifyAll()
meth public final void wait() throws java.lang.InterruptedException
meth public final void wait(long) throws java.lang.InterruptedException
meth public final void wait(long,int) throws java.lang.InterruptedException
meth public int hashCode()
meth public java.lang.String toString()

CLSS public abstract interface java.lang.annotation.Annotation
meth public abstract boolean equals(java.lang.Object)
meth public abstract int hashCode()
meth public abstract java.lang.Class<? extends java.lang.annotation.Annotation> annotationType()
meth public abstract java.lang.String toString()

CLSS public abstract interface !annotation java.lang.annotation.Documented
 anno 0 java.lang.annotation.Documented()
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[ANNOTATION_TYPE])
intf java.lang.annotation.Annotation

CLSS public abstract interface !annotation java.lang.annotation.Inherited
 anno 0 java.lang.annotation.Documented()
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[ANNOTATION_TYPE])
intf java.lang.annotation.Annotation

CLSS public abstract interface !annotation java.lang.annotation.Retention
 anno 0 java.lang.annotation.Documented()
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[ANNOTATION_TYPE])
intf java.lang.annotation.Annotation
meth public abstract java.lang.annotation.RetentionPolicy value()

CLSS public abstract interface !annotation java.lang.annotation.Target
 anno 0 java.lang.annotation.Documented()
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[ANNOTATION_TYPE])
intf java.lang.annotation.Annotation
meth public abstract java.lang.annotation.ElementType[] value()

CLSS public abstract interface !annotation org.apiguardian.api.API
 anno 0 java.lang.annotation.Documented()
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[TYPE, METHOD, CONSTRUCTOR, FIELD, PACKAGE])
innr public final static !enum Status
intf java.lang.annotation.Annotation
meth public abstract !hasdefault java.lang.String since()
meth public abstract !hasdefault java.lang.String[] consumers()
meth public abstract org.apiguardian.api.API$Status status()

CLSS public abstract interface !annotation org.junit.jupiter.api.Timeout
 anno 0 java.lang.annotation.Documented()
 anno 0 java.lang.annotation.Inherited()
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[TYPE, METHOD])
 anno 0 org.apiguardian.api.API(java.lang.String since="5.7", java.lang.String[] consumers=["*"], org.apiguardian.api.API$Status status=STABLE)
fld public final static java.lang.String DEFAULT_AFTER_ALL_METHOD_TIMEOUT_PROPERTY_NAME = "junit.jupiter.execution.timeout.afterall.method.default"
 anno 0 org.apiguardian.api.API(java.lang.String since="5.9", java.lang.String[] consumers=["*"], org.apiguardian.api.API$Status status=STABLE)
fld public final static java.lang.String DEFAULT_AFTER_EACH_METHOD_TIMEOUT_PROPERTY_NAME = "junit.jupiter.execution.timeout.aftereach.method.default"
 anno 0 org.apiguardian.api.API(java.lang.String since="5.9", java.lang.String[] consumers=["*"], org.apiguardian.api.API$Status status=STABLE)
fld public final static java.lang.String DEFAULT_BEFORE_ALL_METHOD_TIMEOUT_PROPERTY_NAME = "junit.jupiter.execution.timeout.beforeall.method.default"
 anno 0 org.apiguardian.api.API(java.lang.String since="5.9", java.lang.String[] consumers=["*"], org.apiguardian.api.API$Status status=STABLE)
fld public final static java.lang.String DEFAULT_BEFORE_EACH_METHOD_TIMEOUT_PROPERTY_NAME = "junit.jupiter.execution.timeout.beforeeach.method.default"
 anno 0 org.apiguardian.api.API(java.lang.String since="5.9", java.lang.String[] consumers=["*"], org.apiguardian.api.API$Status status=STABLE)
fld public final static java.lang.String DEFAULT_LIFECYCLE_METHOD_TIMEOUT_PROPERTY_NAME = "junit.jupiter.execution.timeout.lifecycle.method.default"
 anno 0 org.apiguardian.api.API(java.lang.String since="5.9", java.lang.String[] consumers=["*"], org.apiguardian.api.API$Status status=STABLE)
fld public final static java.lang.String DEFAULT_TESTABLE_METHOD_TIMEOUT_PROPERTY_NAME = "junit.jupiter.execution.timeout.testable.method.default"
 anno 0 org.apiguardian.api.API(java.lang.String since="5.9", java.lang.String[] consumers=["*"], org.apiguardian.api.API$Status status=STABLE)
fld public final static java.lang.String DEFAULT_TEST_FACTORY_METHOD_TIMEOUT_PROPERTY_NAME = "junit.jupiter.execution.timeout.testfactory.method.default"
 anno 0 org.apiguardian.api.API(java.lang.String since="5.9", java.lang.String[] consumers=["*"], org.apiguardian.api.API$Status status=STABLE)
fld public final static java.lang.String DEFAULT_TEST_METHOD_TIMEOUT_PROPERTY_NAME = "junit.jupiter.execution.timeout.test.method.default"
 anno 0 org.apiguardian.api.API(java.lang.String since="5.9", java.lang.String[] consumers=["*"], org.apiguardian.api.API$Status status=STABLE)
fld public final static java.lang.String DEFAULT_TEST_TEMPLATE_METHOD_TIMEOUT_PROPERTY_NAME = "junit.jupiter.execution.timeout.testtemplate.method.default"
 anno 0 org.apiguardian.api.API(java.lang.String since="5.9", java.lang.String[] consumers=["*"], org.apiguardian.api.API$Status status=STABLE)
fld public final static java.lang.String DEFAULT_TIMEOUT_PROPERTY_NAME = "junit.jupiter.execution.timeout.default"
 anno 0 org.apiguardian.api.API(java.lang.String since="5.9", java.lang.String[] consumers=["*"], org.apiguardian.api.API$Status status=STABLE)
fld public final static java.lang.String DEFAULT_TIMEOUT_THREAD_MODE_PROPERTY_NAME = "junit.jupiter.execution.timeout.thread.mode.default"
 anno 0 org.apiguardian.api.API(java.lang.String since="5.13.3", java.lang.String[] consumers=["*"], org.apiguardian.api.API$Status status=MAINTAINED)
fld public final static java.lang.String TIMEOUT_MODE_PROPERTY_NAME = "junit.jupiter.execution.timeout.mode"
 anno 0 org.apiguardian.api.API(java.lang.String since="5.9", java.lang.String[] consumers=["*"], org.apiguardian.api.API$Status status=STABLE)
innr public final static !enum ThreadMode
intf java.lang.annotation.Annotation
meth public abstract !hasdefault java.util.concurrent.TimeUnit unit()
meth public abstract !hasdefault org.junit.jupiter.api.Timeout$ThreadMode threadMode()
 anno 0 org.apiguardian.api.API(java.lang.String since="5.11", java.lang.String[] consumers=["*"], org.apiguardian.api.API$Status status=STABLE)
meth public abstract long value()

