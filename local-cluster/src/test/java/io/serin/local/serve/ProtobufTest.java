// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import static io.serin.local.Json.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import io.serin.local.api.ApiFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProtobufTest {

    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Writing writing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        writing.to(out);
        out.flush();
        return bytes.toByteArray();
    }

    private static byte[] body(String kind, Writing writing) throws IOException {
        byte[] type =
                message(out -> {
                    out.writeString(1, "v1");
                    out.writeString(2, kind);
                });
        byte[] raw = message(writing);
        byte[] unknown =
                message(out -> {
                    out.writeByteArray(1, type);
                    out.writeByteArray(2, raw);
                    out.writeString(3, "");
                });
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes("k8s\0".getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(unknown);
        return all.toByteArray();
    }

    @Test
    void readsWhatKubectlMakes() throws IOException {
        byte[] entry =
                message(out -> {
                    out.writeString(1, "k");
                    out.writeString(2, "v");
                });
        byte[] metadata =
                message(out -> {
                    out.writeString(1, "c");
                    out.writeString(2, "");
                    out.writeInt64(7, 0);
                    out.writeByteArray(8, new byte[0]);
                });
        byte[] body =
                body(
                        "ConfigMap",
                        out -> {
                            out.writeByteArray(1, metadata);
                            out.writeByteArray(2, entry);
                            out.writeBool(4, false);
                        });
        assertThat(Protobuf.read(body))
                .isEqualTo(
                        object(
                                "{metadata: {name: c}, data: {k: v}, immutable: false, apiVersion:"
                                        + " v1, kind: ConfigMap}"));
    }

    @Test
    void saysWhatItDoesNotRead() throws IOException {
        byte[] node = body("Node", out -> out.writeString(1, "x"));
        assertThatThrownBy(() -> Protobuf.read(node))
                .isInstanceOfSatisfying(
                        ApiFault.class, fault -> assertThat(fault.code()).isEqualTo(415))
                .hasMessageContaining("a Node in protobuf");
        byte[] field = body("ConfigMap", out -> out.writeString(99, "x"));
        assertThatThrownBy(() -> Protobuf.read(field))
                .hasMessageContaining("field 99 of a ConfigMap");
        assertThatThrownBy(() -> Protobuf.read(new byte[] {1, 2}))
                .hasMessageContaining("does not begin with k8s");
    }
}
