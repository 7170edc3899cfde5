// SPDX-License-Identifier: Apache-2.0
package io.serin.api.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import io.serin.api.xds.Any;
import io.serin.api.xds.Node;
import io.serin.api.xds.Struct;
import io.serin.api.xds.Value;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever arrives, the answer is a value or a {@link CodecFault}, and it says something. */
class HostileBytesTest {

    private final SplittableRandom random = new SplittableRandom(7);

    @Test
    void damagedResourcesAreReadOrRefused() {
        Generated generated = new Generated(9);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            if (isRefused(damaged(generated.resource()))) {
                refused++;
            }
        }
        // Neither does nearly everything pass, nor is nearly everything refused at the door.
        assertThat(refused).isBetween(4_000, 19_000);
    }

    @ParameterizedTest
    @EnumSource
    void noiseIsReadOrRefused(TypeUrl type) {
        for (int round = 0; round < 5_000; round++) {
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            boolean _ = isRefused(any(type, ByteString.copyFrom(noise)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void messagesInMessagesWithoutEndAreRefused(TypeUrl type) {
        // Field 1, of bytes, in field 1, and so on: whatever is a message there goes deeper.
        for (int field = 1; field < 40; field++) {
            ByteString nested = ByteString.EMPTY;
            for (int depth = 0; depth < 2_000; depth++) {
                nested = tag(field).concat(varint(nested.size())).concat(nested);
            }
            boolean _ = isRefused(any(type, nested));
        }
    }

    @Test
    void filterPredicatesNestedTooDeepAreRefused() {
        ByteString predicate = ByteString.EMPTY;
        for (int depth = 0; depth < 10_000; depth++) {
            // ListenerFilterChainMatchPredicate.not_match
            predicate = tag(3).concat(varint(predicate.size())).concat(predicate);
        }
        ByteString filter = tag(4).concat(varint(predicate.size())).concat(predicate);
        ByteString listener = tag(9).concat(varint(filter.size())).concat(filter);
        assertThatExceptionOfType(CodecFault.class)
                .isThrownBy(() -> ResourceDecoder.listener(any(TypeUrl.LISTENER, listener)))
                .withMessageContaining("too many levels");
    }

    @Test
    void aLengthBeyondTheEndAllocatesNothing() {
        ByteString huge = tag(1).concat(varint(Integer.MAX_VALUE));
        assertThatExceptionOfType(CodecFault.class)
                .isThrownBy(() -> ResourceDecoder.cluster(any(TypeUrl.CLUSTER, huge)));
    }

    @Test
    void damagedNodesAreReadOrRefused() throws Exception {
        Generated generated = new Generated(11);
        for (int round = 0; round < 5_000; round++) {
            byte[] bytes = NodeCodec.encode(generated.node()).toByteArray();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            Node node;
            try {
                node = Node.parseFrom(bytes);
            } catch (com.google.protobuf.InvalidProtocolBufferException _) {
                continue;
            }
            Throwable thrown = catchThrowable(() -> NodeCodec.decode(node));
            assertThat(thrown == null || thrown instanceof CodecFault).as("%s", thrown).isTrue();
        }
    }

    @Test
    void aNodeWithoutARevisionIsRefused() {
        Node node =
                Node.newBuilder()
                        .setId("sidecar~10.0.0.1~web-1.shop~shop.svc.cluster.local")
                        .setMetadata(
                                Struct.newBuilder()
                                        .putFields(
                                                "REVISION",
                                                Value.newBuilder().setBoolValue(true).build()))
                        .build();
        assertThatExceptionOfType(CodecFault.class)
                .isThrownBy(() -> NodeCodec.decode(node))
                .withMessageContaining(node.getId())
                .withMessageContaining("revision: ''");
    }

    private Any damaged(Any resource) {
        byte[] bytes = resource.getValue().toByteArray();
        int length = random.nextInt(3) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
        for (int flips = random.nextInt(4); flips > 0 && length > 0; flips--) {
            bytes[random.nextInt(length)] = (byte) random.nextInt(256);
        }
        return resource.toBuilder().setValue(ByteString.copyFrom(bytes, 0, length)).build();
    }

    private static boolean isRefused(Any resource) {
        Throwable thrown = catchThrowable(() -> Decoding.decode(resource));
        if (thrown == null) {
            return false;
        }
        assertThat(thrown).isInstanceOf(CodecFault.class);
        assertThat(thrown.getMessage()).isNotBlank();
        return true;
    }

    private static Any any(TypeUrl type, ByteString value) {
        return Any.newBuilder().setTypeUrl(type.url()).setValue(value).build();
    }

    /** The tag of a field that holds a message. */
    private static ByteString tag(int field) {
        return varint(field << 3 | 2);
    }

    private static ByteString varint(int value) {
        ByteString.Output out = ByteString.newOutput();
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
        return out.toByteString();
    }
}
