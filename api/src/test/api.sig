#Signature file v4.1
#Version 1.0

CLSS public final dev.secmem.api.Availability
meth public boolean isAvailable()
meth public java.lang.String reason()
meth public java.lang.String toString()
meth public static dev.secmem.api.Availability available()
meth public static dev.secmem.api.Availability unavailable(java.lang.String)
supr java.lang.Object
hfds AVAILABLE,reason

CLSS public final !enum dev.secmem.api.ErrorCode
fld public final static dev.secmem.api.ErrorCode BAD_REQUEST
fld public final static dev.secmem.api.ErrorCode BUSY
fld public final static dev.secmem.api.ErrorCode CONFLICT
fld public final static dev.secmem.api.ErrorCode DENIED
fld public final static dev.secmem.api.ErrorCode EXISTS
fld public final static dev.secmem.api.ErrorCode EXPIRED
fld public final static dev.secmem.api.ErrorCode INTERNAL
fld public final static dev.secmem.api.ErrorCode LOCKED
fld public final static dev.secmem.api.ErrorCode NOT_FOUND
fld public final static dev.secmem.api.ErrorCode QUOTA
fld public final static dev.secmem.api.ErrorCode TOO_LARGE
fld public final static dev.secmem.api.ErrorCode UNKNOWN_VERB
fld public final static dev.secmem.api.ErrorCode WRONG_KEY
meth public java.lang.String wire()
meth public static dev.secmem.api.ErrorCode ofWire(java.lang.String)
meth public static dev.secmem.api.ErrorCode valueOf(java.lang.String)
meth public static dev.secmem.api.ErrorCode[] values()
supr java.lang.Enum<dev.secmem.api.ErrorCode>
hfds wire

CLSS public final dev.secmem.api.PercentEncoding
meth public static byte[] decode(java.lang.String)
meth public static java.lang.String encode(byte[])
meth public static java.lang.String encode(java.lang.String)
supr java.lang.Object
hfds HEX

CLSS public abstract interface dev.secmem.api.Plugin
meth public abstract dev.secmem.api.Availability availability()
meth public abstract java.lang.String name()

CLSS public dev.secmem.api.PluginException
cons public init(dev.secmem.api.PluginException$Reason,java.lang.String)
cons public init(dev.secmem.api.PluginException$Reason,java.lang.String,java.lang.Throwable)
innr public final static !enum Reason
meth public final dev.secmem.api.PluginException$Reason reason()
supr java.lang.Exception
hfds reason,serialVersionUID

CLSS public final static !enum dev.secmem.api.PluginException$Reason
 outer dev.secmem.api.PluginException
fld public final static dev.secmem.api.PluginException$Reason AUTHENTICATION_FAILED
fld public final static dev.secmem.api.PluginException$Reason CLOSED
fld public final static dev.secmem.api.PluginException$Reason EXISTS
fld public final static dev.secmem.api.PluginException$Reason FAILED
fld public final static dev.secmem.api.PluginException$Reason KEY_EXHAUSTED
fld public final static dev.secmem.api.PluginException$Reason NOT_FOUND
fld public final static dev.secmem.api.PluginException$Reason NO_SPACE
fld public final static dev.secmem.api.PluginException$Reason UNAVAILABLE
meth public static dev.secmem.api.PluginException$Reason valueOf(java.lang.String)
meth public static dev.secmem.api.PluginException$Reason[] values()
supr java.lang.Enum<dev.secmem.api.PluginException$Reason>

CLSS public final dev.secmem.api.Plugins<%0 extends dev.secmem.api.Plugin>
meth public java.util.List<java.lang.String> broken()
meth public java.util.List<{dev.secmem.api.Plugins%0}> all()
meth public static <%0 extends dev.secmem.api.Plugin> dev.secmem.api.Plugins<{%%0}> load(java.lang.String,java.util.ServiceLoader<{%%0}>) throws dev.secmem.api.PluginException
meth public static java.lang.String origin(dev.secmem.api.Plugin)
meth public {dev.secmem.api.Plugins%0} firstAvailable(java.util.List<java.lang.String>) throws dev.secmem.api.PluginException
meth public {dev.secmem.api.Plugins%0} named(java.lang.String) throws dev.secmem.api.PluginException
supr java.lang.Object
hfds broken,byName,kind

CLSS public final dev.secmem.api.Syntax
fld public final static int MAX_LINE_BYTES = 4096
fld public final static int MAX_NAME_BYTES = 200
fld public final static long NOT_A_NUMBER = -1
meth public static boolean isName(java.lang.String)
meth public static long number(java.lang.String)
supr java.lang.Object

CLSS public final !enum dev.secmem.api.Verb
fld public final static dev.secmem.api.Verb AUDIT
fld public final static dev.secmem.api.Verb DECRYPT
fld public final static dev.secmem.api.Verb DEL
fld public final static dev.secmem.api.Verb DERIVE
fld public final static dev.secmem.api.Verb ENCRYPT
fld public final static dev.secmem.api.Verb EXPLAIN
fld public final static dev.secmem.api.Verb GET
fld public final static dev.secmem.api.Verb GRANT
fld public final static dev.secmem.api.Verb HELLO
fld public final static dev.secmem.api.Verb LIST
fld public final static dev.secmem.api.Verb LOCK
fld public final static dev.secmem.api.Verb METRICS
fld public final static dev.secmem.api.Verb PASSWORD
fld public final static dev.secmem.api.Verb PUBKEY
fld public final static dev.secmem.api.Verb PUT
fld public final static dev.secmem.api.Verb RENAME
fld public final static dev.secmem.api.Verb REVOKE
fld public final static dev.secmem.api.Verb ROTATE
fld public final static dev.secmem.api.Verb SIGN
fld public final static dev.secmem.api.Verb STAT
fld public final static dev.secmem.api.Verb STATUS
fld public final static dev.secmem.api.Verb TOUCH
fld public final static dev.secmem.api.Verb UNLOCK
fld public final static dev.secmem.api.Verb WHOAMI
meth public boolean needsBody()
meth public boolean takesBody()
meth public java.lang.String event()
meth public static dev.secmem.api.Verb ofWire(java.lang.String)
meth public static dev.secmem.api.Verb valueOf(java.lang.String)
meth public static dev.secmem.api.Verb[] values()
supr java.lang.Enum<dev.secmem.api.Verb>
hfds VALUES,event,takes
hcls Takes

CLSS public final dev.secmem.api.client.ClientOptions
cons public init(java.lang.String,java.util.Set<java.lang.Long>,long)
fld public final static long DEFAULT_TIMEOUT_MILLIS = 30000
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public java.lang.String address()
meth public java.util.Set<java.lang.Long> trustedUids()
meth public long timeoutMillis()
meth public static dev.secmem.api.client.ClientOptions at(java.lang.String)
supr java.lang.Record
hfds address,timeoutMillis,trustedUids

CLSS public abstract interface dev.secmem.api.client.KeyClient
meth public abstract byte[] publicKey(java.lang.String,dev.secmem.api.crypto.KeyType) throws dev.secmem.api.client.SecretClientException
meth public abstract dev.secmem.api.client.SecretClient$Delivery decrypt(java.nio.ByteBuffer) throws dev.secmem.api.client.SecretClientException
meth public abstract dev.secmem.api.client.SecretClient$Delivery derive(java.lang.String,dev.secmem.api.crypto.KeyType) throws dev.secmem.api.client.SecretClientException
meth public abstract dev.secmem.api.client.SecretClient$Delivery encrypt(java.nio.ByteBuffer,java.util.OptionalLong) throws dev.secmem.api.client.SecretClientException
meth public abstract dev.secmem.api.client.SecretClient$Delivery password(java.lang.String,int) throws dev.secmem.api.client.SecretClientException
meth public abstract dev.secmem.api.client.SecretClient$Delivery rotate(java.nio.ByteBuffer,long) throws dev.secmem.api.client.SecretClientException
meth public abstract dev.secmem.api.client.SecretClient$Delivery sign(java.lang.String,dev.secmem.api.crypto.KeyType,java.nio.ByteBuffer) throws dev.secmem.api.client.SecretClientException
meth public abstract void lock() throws dev.secmem.api.client.SecretClientException
meth public abstract void lock(java.nio.ByteBuffer) throws dev.secmem.api.client.SecretClientException
meth public abstract void unlock(java.nio.ByteBuffer) throws dev.secmem.api.client.SecretClientException

CLSS public final dev.secmem.api.client.PutOptions
fld public final static dev.secmem.api.client.PutOptions DEFAULTS
meth public dev.secmem.api.client.PutOptions allow(java.lang.String)
meth public dev.secmem.api.client.PutOptions bind(java.lang.String)
meth public dev.secmem.api.client.PutOptions downgrade()
meth public dev.secmem.api.client.PutOptions grade(java.lang.String)
meth public dev.secmem.api.client.PutOptions ifAbsent()
meth public dev.secmem.api.client.PutOptions ifVersion(long)
meth public dev.secmem.api.client.PutOptions reads(long)
meth public dev.secmem.api.client.PutOptions ttlMillis(long)
meth public java.lang.String wire()
supr java.lang.Object
hfds bind,condition,downgrade,grade,grants,reads,ttlMillis

CLSS public abstract interface dev.secmem.api.client.SecretClient
innr public abstract interface static Delivery
intf java.lang.AutoCloseable
meth public abstract dev.secmem.api.client.KeyClient keys()
meth public abstract dev.secmem.api.client.SecretClient$Delivery audit(int) throws dev.secmem.api.client.SecretClientException
meth public abstract dev.secmem.api.client.SecretClient$Delivery explain(java.lang.String,long) throws dev.secmem.api.client.SecretClientException
meth public abstract dev.secmem.api.client.SecretClient$Delivery get(java.lang.String,java.util.OptionalLong) throws dev.secmem.api.client.SecretClientException
meth public abstract dev.secmem.api.client.SecretClient$Delivery list(java.lang.String) throws dev.secmem.api.client.SecretClientException
meth public abstract dev.secmem.api.client.SecretClient$Delivery metrics() throws dev.secmem.api.client.SecretClientException
meth public abstract dev.secmem.api.client.SecretClient$Delivery status() throws dev.secmem.api.client.SecretClientException
meth public abstract dev.secmem.api.client.SecretClient$Delivery whoami() throws dev.secmem.api.client.SecretClientException
meth public abstract dev.secmem.api.client.SecretInfo stat(java.lang.String,java.util.OptionalLong) throws dev.secmem.api.client.SecretClientException
meth public abstract long grant(java.lang.String,java.util.List<java.lang.String>) throws dev.secmem.api.client.SecretClientException
meth public abstract long put(java.lang.String,java.nio.ByteBuffer,dev.secmem.api.client.PutOptions) throws dev.secmem.api.client.SecretClientException
meth public abstract long revoke(java.lang.String,java.util.List<java.lang.String>) throws dev.secmem.api.client.SecretClientException
meth public abstract long touch(java.lang.String,java.util.OptionalLong) throws dev.secmem.api.client.SecretClientException
meth public abstract void close()
meth public abstract void delete(java.lang.String) throws dev.secmem.api.client.SecretClientException
meth public abstract void rename(java.lang.String,java.lang.String) throws dev.secmem.api.client.SecretClientException

CLSS public abstract interface static dev.secmem.api.client.SecretClient$Delivery
 outer dev.secmem.api.client.SecretClient
intf java.lang.AutoCloseable
meth public abstract dev.secmem.api.client.SecretInfo info()
meth public abstract int descriptor()
meth public abstract int read(long,java.nio.ByteBuffer) throws dev.secmem.api.client.SecretClientException
meth public abstract long sizeBytes()
meth public abstract void close()

CLSS public final dev.secmem.api.client.SecretClientException
cons public init(dev.secmem.api.ErrorCode,java.lang.String)
cons public init(dev.secmem.api.client.SecretClientException$Reason,java.lang.String,java.lang.Throwable)
innr public final static !enum Reason
meth public dev.secmem.api.client.SecretClientException$Reason reason()
meth public java.util.Optional<dev.secmem.api.ErrorCode> code()
supr java.lang.Exception
hfds code,reason,serialVersionUID

CLSS public final static !enum dev.secmem.api.client.SecretClientException$Reason
 outer dev.secmem.api.client.SecretClientException
fld public final static dev.secmem.api.client.SecretClientException$Reason BAD_REPLY
fld public final static dev.secmem.api.client.SecretClientException$Reason FAILED
fld public final static dev.secmem.api.client.SecretClientException$Reason NOT_TRUSTED
fld public final static dev.secmem.api.client.SecretClientException$Reason NO_AGENT
fld public final static dev.secmem.api.client.SecretClientException$Reason REFUSED
meth public static dev.secmem.api.client.SecretClientException$Reason valueOf(java.lang.String)
meth public static dev.secmem.api.client.SecretClientException$Reason[] values()
supr java.lang.Enum<dev.secmem.api.client.SecretClientException$Reason>

CLSS public final dev.secmem.api.client.SecretInfo
cons public init(java.lang.String,long,long,long,long,long,java.util.OptionalLong,java.lang.String,java.lang.String)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public java.lang.String bind()
meth public java.lang.String grade()
meth public java.lang.String name()
meth public java.util.OptionalLong readsLeft()
meth public long ownerUid()
meth public long reads()
meth public long sizeBytes()
meth public long ttlMillis()
meth public long version()
supr java.lang.Record
hfds bind,grade,name,ownerUid,reads,readsLeft,sizeBytes,ttlMillis,version

CLSS abstract interface dev.secmem.api.client.package-info

CLSS public final dev.secmem.api.crypto.Argon2Parameters
cons public init(int,int,int)
fld public final static dev.secmem.api.crypto.Argon2Parameters RFC9106_SECOND
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int lanes()
meth public int memoryKib()
meth public int passes()
supr java.lang.Record
hfds lanes,memoryKib,passes

CLSS public abstract interface dev.secmem.api.crypto.Cipher
fld public final static int KEY_BYTES = 32
fld public final static int NONCE_BYTES = 12
fld public final static int OVERHEAD_BYTES = 28
fld public final static int TAG_BYTES = 16
fld public final static long MAX_SEALS = 2147483648
intf java.lang.AutoCloseable
meth public abstract void close()
meth public abstract void open(java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer) throws dev.secmem.api.PluginException
meth public abstract void seal(java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer) throws dev.secmem.api.PluginException

CLSS public abstract interface dev.secmem.api.crypto.CipherProvider
intf dev.secmem.api.Plugin
meth public abstract dev.secmem.api.crypto.Cipher create(java.nio.ByteBuffer) throws dev.secmem.api.PluginException
meth public abstract dev.secmem.api.crypto.HeapResidue heapResidue()

CLSS public final dev.secmem.api.crypto.EcdsaSignature
cons public init(java.math.BigInteger,java.math.BigInteger)
meth public dev.secmem.api.crypto.EcdsaSignature withLowS(dev.secmem.api.crypto.KeyType)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public java.math.BigInteger r()
meth public java.math.BigInteger s()
meth public static dev.secmem.api.crypto.EcdsaSignature parse(java.nio.ByteBuffer)
meth public void put(java.nio.ByteBuffer)
supr java.lang.Record
hfds HEADER_BYTES,INTEGER,MAX_INTEGER_BYTES,SEQUENCE,r,s

CLSS public final !enum dev.secmem.api.crypto.HeapResidue
fld public final static dev.secmem.api.crypto.HeapResidue KEY
fld public final static dev.secmem.api.crypto.HeapResidue KEY_AND_PLAINTEXT
fld public final static dev.secmem.api.crypto.HeapResidue NONE
meth public static dev.secmem.api.crypto.HeapResidue valueOf(java.lang.String)
meth public static dev.secmem.api.crypto.HeapResidue[] values()
supr java.lang.Enum<dev.secmem.api.crypto.HeapResidue>

CLSS public abstract interface dev.secmem.api.crypto.KeyDerivation
fld public final static int ED25519_SIGNATURE_BYTES = 64
fld public final static int MAX_HKDF_BYTES = 16320
fld public final static int MAX_HKDF_INFO_BYTES = 1024
fld public final static int MAX_SIGNATURE_BYTES = 72
fld public final static int PRIVATE_KEY_BYTES = 32
fld public final static int SHA256_BYTES = 32
fld public final static int SHA512_BYTES = 64
meth public abstract boolean addPrivateKeys(dev.secmem.api.crypto.KeyType,java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer) throws dev.secmem.api.PluginException
meth public abstract boolean isPrivateKey(dev.secmem.api.crypto.KeyType,java.nio.ByteBuffer) throws dev.secmem.api.PluginException
meth public abstract boolean verify(dev.secmem.api.crypto.KeyType,java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer) throws dev.secmem.api.PluginException
meth public abstract void argon2id(java.nio.ByteBuffer,java.nio.ByteBuffer,dev.secmem.api.crypto.Argon2Parameters,java.nio.ByteBuffer) throws dev.secmem.api.PluginException
meth public abstract void hkdfSha512(java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer) throws dev.secmem.api.PluginException
meth public abstract void hmacSha512(java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer) throws dev.secmem.api.PluginException
meth public abstract void pbkdf2HmacSha512(java.nio.ByteBuffer,java.nio.ByteBuffer,int,java.nio.ByteBuffer) throws dev.secmem.api.PluginException
meth public abstract void publicKey(dev.secmem.api.crypto.KeyType,java.nio.ByteBuffer,java.nio.ByteBuffer) throws dev.secmem.api.PluginException
meth public abstract void sha256(java.nio.ByteBuffer,java.nio.ByteBuffer) throws dev.secmem.api.PluginException
meth public abstract void sign(dev.secmem.api.crypto.KeyType,java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer) throws dev.secmem.api.PluginException

CLSS public final dev.secmem.api.crypto.KeyDerivationChecks
meth public static boolean checkAddPrivateKeys(dev.secmem.api.crypto.KeyType,java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer)
meth public static boolean isPrivateKey(dev.secmem.api.crypto.KeyType,java.nio.ByteBuffer)
meth public static void checkArgon2id(java.nio.ByteBuffer,java.nio.ByteBuffer,dev.secmem.api.crypto.Argon2Parameters,java.nio.ByteBuffer)
meth public static void checkHkdfSha512(java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer)
meth public static void checkHmacSha512(java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer)
meth public static void checkPbkdf2HmacSha512(java.nio.ByteBuffer,java.nio.ByteBuffer,int,java.nio.ByteBuffer)
meth public static void checkPublicKey(dev.secmem.api.crypto.KeyType,java.nio.ByteBuffer,java.nio.ByteBuffer)
meth public static void checkSha256(java.nio.ByteBuffer,java.nio.ByteBuffer)
meth public static void checkSign(dev.secmem.api.crypto.KeyType,java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer)
meth public static void checkVerify(dev.secmem.api.crypto.KeyType,java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer)
supr java.lang.Object
hfds MIN_ARGON2_KEY_BYTES,MIN_ARGON2_SALT_BYTES

CLSS public abstract interface dev.secmem.api.crypto.KeyDerivationProvider
intf dev.secmem.api.Plugin
meth public abstract boolean hasArgon2id()
meth public abstract dev.secmem.api.crypto.HeapResidue heapResidue()
meth public abstract dev.secmem.api.crypto.KeyDerivation create() throws dev.secmem.api.PluginException

CLSS public final !enum dev.secmem.api.crypto.KeyType
fld public final static dev.secmem.api.crypto.KeyType ED25519
fld public final static dev.secmem.api.crypto.KeyType NIST256P1
fld public final static dev.secmem.api.crypto.KeyType SECP256K1
meth public int publicKeyBytes()
meth public java.lang.String wire()
meth public static dev.secmem.api.crypto.KeyType ofWire(java.lang.String)
meth public static dev.secmem.api.crypto.KeyType valueOf(java.lang.String)
meth public static dev.secmem.api.crypto.KeyType[] values()
supr java.lang.Enum<dev.secmem.api.crypto.KeyType>
hfds publicKeyBytes,wire

CLSS public final dev.secmem.api.crypto.SealCounter
cons public init(java.lang.String)
meth public int next() throws dev.secmem.api.PluginException
supr java.lang.Object
hfds next,plugin

CLSS public final dev.secmem.api.crypto.SealedFormat
fld public final static int NONCE_PREFIX_BYTES = 8
meth public static dev.secmem.api.PluginException authenticationFailed(java.lang.String)
meth public static int checkOpen(java.lang.String,java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer) throws dev.secmem.api.PluginException
meth public static void checkKey(java.nio.ByteBuffer)
meth public static void checkSeal(java.nio.ByteBuffer,java.nio.ByteBuffer,java.nio.ByteBuffer)
meth public static void putNonce(java.nio.ByteBuffer,long,int)
supr java.lang.Object

CLSS abstract interface dev.secmem.api.crypto.package-info

CLSS public abstract interface dev.secmem.api.identity.Authenticator
meth public abstract boolean matches(dev.secmem.api.identity.Peer,java.lang.String,java.lang.String) throws dev.secmem.api.PluginException
meth public abstract java.lang.String normalize(java.lang.String,java.lang.String)
meth public abstract java.util.Set<java.lang.String> kinds()
meth public boolean takesValue(java.lang.String)
meth public java.lang.String refusal(dev.secmem.api.identity.Peer,java.lang.String,java.lang.String)
meth public java.util.List<java.lang.String> values(dev.secmem.api.identity.Peer,java.lang.String) throws dev.secmem.api.PluginException
meth public void approve(dev.secmem.api.identity.Peer,java.lang.String,java.lang.String,boolean)

CLSS public final dev.secmem.api.identity.AuthenticatorOptions
cons public init(boolean)
fld public final static dev.secmem.api.identity.AuthenticatorOptions DEFAULTS
meth public boolean allowInterpreter()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
supr java.lang.Record
hfds allowInterpreter

CLSS public abstract interface dev.secmem.api.identity.AuthenticatorProvider
intf dev.secmem.api.Plugin
meth public abstract dev.secmem.api.identity.Authenticator create() throws dev.secmem.api.PluginException
meth public dev.secmem.api.identity.Authenticator create(dev.secmem.api.identity.AuthenticatorOptions) throws dev.secmem.api.PluginException

CLSS public abstract interface dev.secmem.api.identity.Peer
meth public <%0 extends java.lang.Object> {%%0} rememberBriefly(java.lang.Class<{%%0}>,java.util.function.Supplier<{%%0}>)
meth public abstract <%0 extends java.lang.Object> {%%0} remember(java.lang.Class<{%%0}>,java.util.function.Supplier<{%%0}>)
meth public abstract int descriptor()
meth public abstract int pid()
meth public abstract long gid()
meth public abstract long uid()

CLSS abstract interface dev.secmem.api.identity.package-info

CLSS abstract interface dev.secmem.api.package-info

CLSS public abstract interface dev.secmem.api.store.SecretStore
innr public abstract interface static RecordReader
innr public abstract interface static RecordVisitor
intf java.lang.AutoCloseable
meth public abstract boolean delete(long) throws dev.secmem.api.PluginException
meth public abstract dev.secmem.api.store.StoreUsage usage() throws dev.secmem.api.PluginException
meth public abstract void close()
meth public abstract void put(long,long,java.nio.ByteBuffer) throws dev.secmem.api.PluginException
meth public abstract void read(long,dev.secmem.api.store.SecretStore$RecordReader) throws dev.secmem.api.PluginException
meth public abstract void scan(dev.secmem.api.store.SecretStore$RecordVisitor) throws dev.secmem.api.PluginException

CLSS public abstract interface static dev.secmem.api.store.SecretStore$RecordReader
 outer dev.secmem.api.store.SecretStore
 anno 0 java.lang.FunctionalInterface()
meth public abstract void read(java.nio.ByteBuffer) throws dev.secmem.api.PluginException

CLSS public abstract interface static dev.secmem.api.store.SecretStore$RecordVisitor
 outer dev.secmem.api.store.SecretStore
 anno 0 java.lang.FunctionalInterface()
meth public abstract void visit(long,long,int) throws dev.secmem.api.PluginException

CLSS public abstract interface dev.secmem.api.store.SecretStoreProvider
intf dev.secmem.api.Plugin
meth public abstract dev.secmem.api.store.SecretStore open(dev.secmem.api.store.StoreOptions) throws dev.secmem.api.PluginException

CLSS public final dev.secmem.api.store.StoreOptions
cons public init(long)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public long maxBytes()
supr java.lang.Record
hfds maxBytes

CLSS public final dev.secmem.api.store.StoreUsage
cons public init(long,long,long)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public long recordBytes()
meth public long records()
meth public long reservedBytes()
supr java.lang.Record
hfds recordBytes,records,reservedBytes

CLSS abstract interface dev.secmem.api.store.package-info

CLSS public final dev.secmem.api.transport.AddressCheck
cons public init(dev.secmem.api.transport.AddressCheck$State,java.lang.String)
innr public final static !enum State
meth public dev.secmem.api.transport.AddressCheck$State state()
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public java.lang.String detail()
supr java.lang.Record
hfds detail,state

CLSS public final static !enum dev.secmem.api.transport.AddressCheck$State
 outer dev.secmem.api.transport.AddressCheck
fld public final static dev.secmem.api.transport.AddressCheck$State GONE
fld public final static dev.secmem.api.transport.AddressCheck$State HELD
fld public final static dev.secmem.api.transport.AddressCheck$State RESTORED
fld public final static dev.secmem.api.transport.AddressCheck$State SILENT
fld public final static dev.secmem.api.transport.AddressCheck$State TAKEN
meth public static dev.secmem.api.transport.AddressCheck$State valueOf(java.lang.String)
meth public static dev.secmem.api.transport.AddressCheck$State[] values()
supr java.lang.Enum<dev.secmem.api.transport.AddressCheck$State>

CLSS public abstract interface dev.secmem.api.transport.Body
meth public abstract long sizeBytes()
meth public abstract void read(java.nio.ByteBuffer) throws dev.secmem.api.transport.RequestException

CLSS public abstract interface dev.secmem.api.transport.Reply
innr public abstract interface static Delivery
meth public abstract dev.secmem.api.transport.Reply$Delivery prepare(java.nio.ByteBuffer) throws dev.secmem.api.transport.RequestException
meth public abstract void error(dev.secmem.api.ErrorCode,java.lang.String)
meth public abstract void ok(java.lang.CharSequence)
meth public abstract void ok(java.lang.CharSequence,dev.secmem.api.transport.Reply$Delivery)

CLSS public abstract interface static dev.secmem.api.transport.Reply$Delivery
 outer dev.secmem.api.transport.Reply

CLSS public abstract interface dev.secmem.api.transport.Request
meth public abstract boolean hasBody()
meth public abstract dev.secmem.api.Verb verb()
meth public abstract dev.secmem.api.identity.Peer peer()
meth public abstract dev.secmem.api.transport.Body body() throws dev.secmem.api.transport.RequestException
meth public abstract int argumentCount()
meth public abstract java.lang.String argument(int)

CLSS public final dev.secmem.api.transport.RequestException
cons public init(dev.secmem.api.ErrorCode,java.lang.String)
meth public dev.secmem.api.ErrorCode code()
supr java.lang.Exception
hfds code,serialVersionUID

CLSS public abstract interface dev.secmem.api.transport.RequestHandler
innr public abstract interface static Session
meth public abstract dev.secmem.api.transport.RequestHandler$Session connected(dev.secmem.api.identity.Peer) throws dev.secmem.api.transport.RequestException

CLSS public abstract interface static dev.secmem.api.transport.RequestHandler$Session
 outer dev.secmem.api.transport.RequestHandler
intf java.lang.AutoCloseable
meth public abstract void close()
meth public abstract void handle(dev.secmem.api.transport.Request,dev.secmem.api.transport.Reply) throws dev.secmem.api.transport.RequestException
meth public abstract void rejected(dev.secmem.api.transport.RequestException)

CLSS public final dev.secmem.api.transport.ServerOptions
cons public init(java.lang.String,int,boolean,long,long)
cons public init(java.lang.String,int,boolean,long,long,int)
fld public final static long DEFAULT_IDLE_TIMEOUT_MILLIS = 600000
fld public final static long DEFAULT_STALL_TIMEOUT_MILLIS = 10000
meth public boolean othersAdmitted()
meth public dev.secmem.api.transport.ServerOptions withInherited(int)
meth public final boolean equals(java.lang.Object)
meth public final int hashCode()
meth public final java.lang.String toString()
meth public int inherited()
meth public int mode()
meth public java.lang.String address()
meth public long idleTimeoutMillis()
meth public long stallTimeoutMillis()
meth public static dev.secmem.api.transport.ServerOptions at(java.lang.String)
supr java.lang.Record
hfds address,idleTimeoutMillis,inherited,mode,othersAdmitted,stallTimeoutMillis

CLSS public abstract interface dev.secmem.api.transport.TransportProvider
intf dev.secmem.api.Plugin
meth public abstract dev.secmem.api.client.SecretClient connect(dev.secmem.api.client.ClientOptions) throws dev.secmem.api.client.SecretClientException
meth public abstract dev.secmem.api.transport.TransportServer listen(dev.secmem.api.transport.ServerOptions) throws dev.secmem.api.PluginException

CLSS public abstract interface dev.secmem.api.transport.TransportServer
intf java.lang.AutoCloseable
meth public abstract dev.secmem.api.transport.AddressCheck checkAddress(long)
meth public abstract java.lang.String address()
meth public abstract java.util.List<java.lang.String> warnings()
meth public abstract void close()
meth public abstract void start(dev.secmem.api.transport.RequestHandler)

CLSS abstract interface dev.secmem.api.transport.package-info

CLSS public abstract interface java.io.Serializable

CLSS public abstract interface java.lang.AutoCloseable
meth public abstract void close() throws java.lang.Exception

CLSS public abstract interface java.lang.Comparable<%0 extends java.lang.Object>
meth public abstract int compareTo({java.lang.Comparable%0})

CLSS public abstract java.lang.Enum<%0 extends java.lang.Enum<{java.lang.Enum%0}>>
cons protected init(java.lang.String,int)
innr public final static EnumDesc
intf java.io.Serializable
intf java.lang.Comparable<{java.lang.Enum%0}>
intf java.lang.constant.Constable
meth protected final java.lang.Object clone() throws java.lang.CloneNotSupportedException
meth protected final void finalize()
meth public final boolean equals(java.lang.Object)
meth public final int compareTo({java.lang.Enum%0})
meth public final int hashCode()
meth public final int ordinal()
meth public final java.lang.Class<{java.lang.Enum%0}> getDeclaringClass()
meth public final java.lang.String name()
meth public final java.util.Optional<java.lang.Enum$EnumDesc<{java.lang.Enum%0}>> describeConstable()
meth public java.lang.String toString()
meth public static <%0 extends java.lang.Enum<{%%0}>> {%%0} valueOf(java.lang.Class<{%%0}>,java.lang.String)
supr java.lang.Object
hfds name,ordinal

CLSS public java.lang.Exception
cons protected init(java.lang.String,java.lang.Throwable,boolean,boolean)
cons public init()
cons public init(java.lang.String)
cons public init(java.lang.String,java.lang.Throwable)
cons public init(java.lang.Throwable)
supr java.lang.Throwable
hfds serialVersionUID

CLSS public abstract interface !annotation java.lang.FunctionalInterface
 anno 0 java.lang.annotation.Documented()
 anno 0 java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy value=RUNTIME)
 anno 0 java.lang.annotation.Target(java.lang.annotation.ElementType[] value=[TYPE])
intf java.lang.annotation.Annotation

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

CLSS public abstract java.lang.Record
cons protected init()
meth public abstract boolean equals(java.lang.Object)
meth public abstract int hashCode()
meth public abstract java.lang.String toString()
supr java.lang.Object

CLSS public java.lang.Throwable
cons protected init(java.lang.String,java.lang.Throwable,boolean,boolean)
cons public init()
cons public init(java.lang.String)
cons public init(java.lang.String,java.lang.Throwable)
cons public init(java.lang.Throwable)
intf java.io.Serializable
meth public final java.lang.Throwable[] getSuppressed()
meth public final void addSuppressed(java.lang.Throwable)
meth public java.lang.StackTraceElement[] getStackTrace()
meth public java.lang.String getLocalizedMessage()
meth public java.lang.String getMessage()
meth public java.lang.String toString()
meth public java.lang.Throwable fillInStackTrace()
meth public java.lang.Throwable getCause()
meth public java.lang.Throwable initCause(java.lang.Throwable)
meth public void printStackTrace()
meth public void printStackTrace(java.io.PrintStream)
meth public void printStackTrace(java.io.PrintWriter)
meth public void setStackTrace(java.lang.StackTraceElement[])
supr java.lang.Object
hfds CAUSE_CAPTION,EMPTY_THROWABLE_ARRAY,NULL_CAUSE_MESSAGE,SELF_SUPPRESSION_MESSAGE,SUPPRESSED_CAPTION,SUPPRESSED_SENTINEL,UNASSIGNED_STACK,backtrace,cause,depth,detailMessage,serialVersionUID,stackTrace,suppressedExceptions
hcls PrintStreamOrWriter,SentinelHolder,WrappedPrintStream,WrappedPrintWriter

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

CLSS public abstract interface java.lang.constant.Constable
meth public abstract java.util.Optional<? extends java.lang.constant.ConstantDesc> describeConstable()

