// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.serin.local.api.ApiFault;
import io.serin.local.resource.Faults;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Reads bodies in Kubernetes' protobuf, which kubectl sends for what it makes without a file, e.g.
 * {@code kubectl create namespace}: the messages of {@code protobuf.txt}, and of others says so.
 */
final class Protobuf {

    static final String TYPE = "application/vnd.kubernetes.protobuf";

    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final Map<String, Map<Integer, Field>> MESSAGES = messages();

    private record Field(String name, String type) {}

    private Protobuf() {}

    static ObjectNode read(byte[] body) {
        for (int i = 0; i < MAGIC.length; i++) {
            if (body.length <= i || body[i] != MAGIC[i]) {
                throw Faults.badRequest("the body is not " + TYPE + ": it does not begin with k8s");
            }
        }
        try {
            CodedInputStream in =
                    CodedInputStream.newInstance(body, MAGIC.length, body.length - MAGIC.length);
            ObjectNode unknown = message("Unknown", in);
            JsonNode type = unknown.path("typeMeta");
            byte[] raw = Base64.getDecoder().decode(unknown.path("raw").asText(""));
            ObjectNode object =
                    message(type.path("kind").asText(), CodedInputStream.newInstance(raw));
            object.set("apiVersion", type.path("apiVersion"));
            object.set("kind", type.path("kind"));
            return object;
        } catch (IOException e) {
            throw Faults.badRequest("the body can't be read as " + TYPE + ": " + e.getMessage());
        }
    }

    private static ObjectNode message(String name, CodedInputStream in) throws IOException {
        Map<Integer, Field> fields = MESSAGES.get(name);
        if (fields == null) {
            throw unsupported("a " + name);
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int number = WireFormat.getTagFieldNumber(tag);
            Field field = fields.get(number);
            if (field == null) {
                throw unsupported("field " + number + " of a " + name);
            }
            field(object, field, in);
        }
        return object;
    }

    private static void field(ObjectNode object, Field field, CodedInputStream in)
            throws IOException {
        String type = field.type();
        if (type.startsWith("[")) {
            object.withArrayProperty(field.name())
                    .add(value(type.substring(1, type.length() - 1), in));
        } else if (type.startsWith("{")) {
            entry(object.withObjectProperty(field.name()), type, in);
        } else if (type.equals("Ignored")) {
            in.skipRawBytes(in.readRawVarint32());
        } else {
            JsonNode value = value(type, in);
            boolean empty =
                    value.isContainerNode()
                            ? value.isEmpty()
                            : value.asText("").isEmpty()
                                    || value.isNull()
                                    || (value.isNumber() && value.asLong() == 0)
                                    || (value.isBoolean() && !value.asBoolean());
            // Kubernetes writes all fields; those that can't be absent stand for nothing.
            if (!empty || type.endsWith("?")) {
                object.set(field.name(), value);
            }
        }
    }

    private static void entry(ObjectNode map, String type, CodedInputStream in) throws IOException {
        CodedInputStream entry = CodedInputStream.newInstance(in.readByteArray());
        String key = "";
        JsonNode value = JsonNodeFactory.instance.textNode("");
        for (int tag = entry.readTag(); tag != 0; tag = entry.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 1) {
                key = entry.readString();
            } else {
                value = value(type.substring(1, type.length() - 1), entry);
            }
        }
        map.set(key, value);
    }

    private static JsonNode value(String type, CodedInputStream in) throws IOException {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (type) {
            case "string" -> json.textNode(in.readString());
            case "bytes" -> json.textNode(Base64.getEncoder().encodeToString(in.readByteArray()));
            case "integer", "integer?" -> json.numberNode(in.readInt64());
            case "boolean", "boolean?" -> json.booleanNode(in.readBool());
            case "time" -> time(CodedInputStream.newInstance(in.readByteArray()));
            case "intOrString" -> intOrString(CodedInputStream.newInstance(in.readByteArray()));
            default -> message(type, CodedInputStream.newInstance(in.readByteArray()));
        };
    }

    private static JsonNode time(CodedInputStream in) throws IOException {
        long seconds = 0;
        long nanos = 0;
        boolean present = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            present = true;
            if (WireFormat.getTagFieldNumber(tag) == 1) {
                seconds = in.readInt64();
            } else {
                nanos = in.readInt64();
            }
        }
        return present
                ? JsonNodeFactory.instance.textNode(
                        Instant.ofEpochSecond(seconds, nanos).toString())
                : JsonNodeFactory.instance.nullNode();
    }

    private static JsonNode intOrString(CodedInputStream in) throws IOException {
        long type = 0;
        long number = 0;
        String text = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> type = in.readInt64();
                case 2 -> number = in.readInt64();
                default -> text = in.readString();
            }
        }
        return type == 0
                ? JsonNodeFactory.instance.numberNode(number)
                : JsonNodeFactory.instance.textNode(text);
    }

    private static ApiFault unsupported(String what) {
        return ApiFault.of(
                415,
                "UnsupportedMediaType",
                "local-cluster does not read "
                        + what
                        + " in protobuf (expected: JSON or YAML, as kubectl apply -f sends it)");
    }

    private static Map<String, Map<Integer, Field>> messages() {
        Map<String, Map<Integer, Field>> messages = new HashMap<>();
        try (InputStream in =
                        Objects.requireNonNull(Protobuf.class.getResourceAsStream("protobuf.txt"));
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line : lines.lines().toList()) {
                if (line.startsWith("#")) {
                    continue;
                }
                String[] words = line.split(" ");
                Map<Integer, Field> fields = new HashMap<>();
                for (int i = 1; i < words.length; i++) {
                    int equals = words[i].indexOf('=');
                    int colon = words[i].indexOf(':');
                    fields.put(
                            Integer.parseInt(words[i].substring(0, equals)),
                            new Field(
                                    words[i].substring(equals + 1, colon),
                                    words[i].substring(colon + 1)));
                }
                messages.put(words[0], fields);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return messages;
    }
}
