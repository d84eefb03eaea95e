package dev.secmem.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.secmem.api.ErrorCode;
import dev.secmem.api.client.PutOptions;
import dev.secmem.api.client.SecretClient;
import dev.secmem.api.client.SecretClient.Delivery;
import dev.secmem.api.client.SecretClientException;
import dev.secmem.api.identity.Peer;
import dev.secmem.api.transport.Body;
import dev.secmem.api.transport.RequestException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/**
 * The rules of what travels between a client and a handler: {@link
 * dev.secmem.api.transport.Request}, {@link Body}, {@link dev.secmem.api.transport.Reply} and
 * {@link SecretClient}.
 */
public abstract class TransportMessageContract extends TransportFixture {

  /** Around a page and up to the largest secret. */
  private static final int[] SIZES = {0, 1, 64, 4095, 4096, 4097, 65_536, 1 << 20};

  /** For subclasses. */
  protected TransportMessageContract() {}

  @Test
  @Rule("TR-10")
  void firstAnswerCounts() throws Exception {
    AtomicInteger refusals = new AtomicInteger();
    handler.script =
        (request, reply) -> {
          reply.ok("ttl_ms=1");
          for (Runnable again :
              List.<Runnable>of(
                  () -> reply.ok("ttl_ms=2"), () -> reply.error(ErrorCode.DENIED, "no"))) {
            try {
              again.run();
            } catch (IllegalStateException e) {
              refusals.incrementAndGet();
            }
          }
        };
    for (int i = 0; i < 3; i++) {
      assertEquals(1, client.touch("x", OptionalLong.empty()));
    }
    // The client has its reply before the handler is done.
    awaitTrue(() -> refusals.get() == 6, "a second answer was taken");
  }

  @Test
  @Rule("TR-11")
  void deliveryIsExact() throws Exception {
    for (int size : SIZES) {
      byte[] value = bytes(size);
      for (boolean direct : new boolean[] {true, false}) {
        // Something before and after it, which must not be sent.
        ByteBuffer content =
            direct ? ByteBuffer.allocateDirect(size + 7) : ByteBuffer.allocate(size + 7);
        content.position(3).put(value).position(3).limit(3 + size);
        handler.script =
            (request, reply) -> {
              var delivery = reply.prepare(content);
              assertEquals(3, content.position());
              assertEquals(3 + size, content.limit());
              for (int i = 3; i < 3 + size; i++) {
                content.put(i, (byte) ~content.get(i));
              }
              reply.ok("version=7 ttl_ms=9 size=" + size + " owner=11", delivery);
            };
        try (Delivery delivery = client.get("name", OptionalLong.empty())) {
          assertEquals(size, delivery.sizeBytes());
          assertEquals(7, delivery.info().version());
          assertEquals(9, delivery.info().ttlMillis());
          assertEquals(11, delivery.info().ownerUid());
          assertArrayEquals(value, content(delivery));
        }
      }
    }
  }

  @Test
  @Rule("TR-12")
  void errorInsteadOfAPreparedDelivery() throws Exception {
    handler.script =
        (request, reply) -> {
          reply.prepare(ByteBuffer.wrap(new byte[10]));
          throw new RequestException(ErrorCode.EXPIRED, "too late");
        };
    for (int i = 0; i < 100; i++) {
      assertRefused(
          ErrorCode.EXPIRED, "too late", () -> client.get("x", OptionalLong.empty()).close());
    }
    assertGoesOn();
  }

  @Test
  @Rule("TR-13")
  void errorMessageOfAnyContent() throws Exception {
    for (String message :
        new String[] {"", "a\nOK ttl_ms=5\n", "\r\n", "\0", "sch\u00f6n", "x".repeat(100_000)}) {
      handler.script = (request, reply) -> reply.error(ErrorCode.CONFLICT, message);
      assertRefused(ErrorCode.CONFLICT, null, this::ask);
      assertRefused(ErrorCode.CONFLICT, null, () -> client.get("x", OptionalLong.empty()).close());
      assertGoesOn();
    }
  }

  @Test
  @Rule("TR-14")
  void requestArrivesAsItWasSent() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    handler.script =
        (request, reply) -> {
          StringBuilder text = new StringBuilder().append(request.verb());
          for (int i = 0; i < request.argumentCount(); i++) {
            text.append('|').append(request.argument(i));
          }
          seen.add(text.toString());
          assertThrows(
              IndexOutOfBoundsException.class, () -> request.argument(request.argumentCount()));
          assertThrows(IndexOutOfBoundsException.class, () -> request.argument(-1));
          reply.ok("version=1 ttl_ms=2");
        };
    String name = "aZ09._-/@:+" + "x".repeat(189);
    PutOptions options =
        PutOptions.DEFAULTS.ttlMillis(5).ifVersion(3).reads(2).allow("uid:1").allow("gid:2");
    client.put(name, ByteBuffer.allocateDirect(0), options);
    client.touch("n", OptionalLong.of(77));
    client.delete("n");
    assertEquals(
        List.of("PUT|" + name + "|5|if=version:3|reads=2|allow=uid:1,gid:2", "TOUCH|n|77", "DEL|n"),
        seen);
  }

  @Test
  @Rule("TR-15")
  void peerIsOneObjectForEachConnection() throws Exception {
    AtomicReference<Peer> peer = new AtomicReference<>();
    handler.script =
        (request, reply) -> {
          peer.set(request.peer());
          reply.ok("");
        };
    client.delete("x");
    Peer first = peer.get();
    assertNotNull(first);
    client.delete("x");
    assertSame(first, peer.get());
    try (SecretClient other = connect()) {
      other.delete("x");
      assertNotSame(first, peer.get());
      assertEquals(first.uid(), peer.get().uid());
    }
  }

  @Test
  @Rule("TR-16")
  void bodyIsExact() throws Exception {
    for (int size : SIZES) {
      byte[] value = bytes(size);
      AtomicReference<byte[]> got = new AtomicReference<>();
      handler.script =
          (request, reply) -> {
            Body body = request.body();
            assertEquals(size, body.sizeBytes());
            ByteBuffer target = ByteBuffer.allocateDirect(size + 5);
            target.position(2).limit(2 + size);
            body.read(target);
            assertEquals(2 + size, target.position());
            // Reading again begins anew.
            body.read(target.position(2).limit(2 + size / 2));
            byte[] bytes = new byte[size];
            target.position(2).limit(2 + size).get(bytes);
            got.set(bytes);
            reply.ok("version=1");
          };
      client.put("x", direct(value), PutOptions.DEFAULTS);
      assertArrayEquals(value, got.get());
    }
  }

  @Test
  @Rule("TR-17")
  void noBodyIsBadRequest() throws Exception {
    handler.script = (request, reply) -> reply.ok("size=" + request.body().sizeBytes());
    assertRefused(ErrorCode.BAD_REQUEST, null, this::ask);
    assertGoesOn();
  }

  @Test
  @Rule("TR-18")
  void putBorrows() throws Exception {
    AtomicReference<Byte> got = new AtomicReference<>();
    handler.script =
        (request, reply) -> {
          ByteBuffer target = ByteBuffer.allocateDirect((int) request.body().sizeBytes());
          request.body().read(target);
          got.set(target.get(0));
          reply.ok("version=" + target.capacity());
        };
    ByteBuffer value = direct(bytes(10)).position(4).limit(6);
    assertEquals(2, client.put("x", value, PutOptions.DEFAULTS));
    assertEquals(bytes(10)[4], got.get());
    assertEquals(4, value.position());
    assertEquals(6, value.limit());
    assertEquals(2, client.put("x", value.asReadOnlyBuffer(), PutOptions.DEFAULTS));
    assertArrayEquals(bytes(10), bytesOf(value.clear()));
  }

  @Test
  @Rule("TR-19")
  void closedClient() {
    client.close();
    client.close();
    ByteBuffer value = ByteBuffer.allocateDirect(1);
    assertThrows(IllegalStateException.class, () -> client.delete("x"));
    assertThrows(IllegalStateException.class, () -> client.put("x", value, PutOptions.DEFAULTS));
    assertThrows(IllegalStateException.class, () -> client.status());
  }

  @Test
  @Rule("TR-20")
  void clientIsThreadSafe() throws Exception {
    handler.script =
        (request, reply) -> {
          Thread.yield();
          reply.ok("ttl_ms=" + request.argument(1));
        };
    List<FutureTask<Void>> tasks = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      long from = 1000L * (thread + 1);
      tasks.add(
          start(
              () -> {
                for (long ttl = from; ttl < from + 300; ttl++) {
                  assertEquals(ttl, client.touch("x", OptionalLong.of(ttl)));
                }
                return null;
              }));
    }
    for (FutureTask<Void> task : tasks) {
      get(task);
    }
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static byte[] bytesOf(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }

  private static byte[] content(Delivery delivery) throws SecretClientException {
    ByteBuffer target = ByteBuffer.allocateDirect((int) delivery.sizeBytes() + 1);
    assertEquals(delivery.sizeBytes(), delivery.read(0, target));
    return bytesOf(target.flip());
  }
}
