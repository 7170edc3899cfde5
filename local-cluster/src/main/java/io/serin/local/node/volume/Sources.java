// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.volume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.local.api.ApiFault;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Meta;
import io.serin.local.api.Resource;
import io.serin.local.api.Resources;
import io.serin.local.node.spec.ConfigFailure;
import io.serin.local.node.spec.PodFields;
import io.serin.local.node.volume.AtomicFiles.Content;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The files of configMap, secret, downwardAPI and projected volumes. One for each pod; used by one
 * thread at a time.
 */
final class Sources {

    private static final int DEFAULT_MODE = 0644;
    private static final long DEFAULT_LIFETIME = 3600;
    private static final Duration LONGEST = Duration.ofHours(24);

    private record Held(String token, Instant until) {}

    private final ClusterApi api;
    private final ServiceAccountTokens tokens;
    private final InstantSource clock;
    private final Map<JsonNode, Held> held = new HashMap<>();

    Sources(ClusterApi api, ServiceAccountTokens tokens, InstantSource clock) {
        this.api = api;
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * All files of a volume that is not an emptyDir, by path.
     *
     * @throws VolumeNotReady when what it names is missing and not optional
     */
    Map<String, Content> files(JsonNode volume, JsonNode pod, PodFields fields) {
        String name = volume.path("name").asText();
        Map<String, Content> files = new LinkedHashMap<>();
        if (volume.has("projected")) {
            JsonNode projected = volume.path("projected");
            int mode = mode(projected);
            for (JsonNode source : projected.path("sources")) {
                add(name, source, "name", pod, fields, mode, files);
            }
        } else {
            for (String kind : new String[] {"configMap", "secret", "downwardAPI"}) {
                if (volume.has(kind)) {
                    add(
                            name,
                            volume,
                            kind.equals("secret") ? "secretName" : "name",
                            pod,
                            fields,
                            mode(volume.path(kind)),
                            files);
                }
            }
        }
        return files;
    }

    private void add(
            String volume,
            JsonNode source,
            String secretName,
            JsonNode pod,
            PodFields fields,
            int mode,
            Map<String, Content> into) {
        if (source.has("configMap")) {
            JsonNode spec = source.path("configMap");
            object(
                    volume,
                    Resources.CONFIG_MAPS,
                    spec,
                    spec.path("name").asText(),
                    pod,
                    mode,
                    into);
        }
        if (source.has("secret")) {
            JsonNode spec = source.path("secret");
            object(
                    volume,
                    Resources.SECRETS,
                    spec,
                    spec.path(secretName).asText(),
                    pod,
                    mode,
                    into);
        }
        if (source.has("downwardAPI")) {
            for (JsonNode item : source.path("downwardAPI").path("items")) {
                String value;
                try {
                    value =
                            item.has("fieldRef")
                                    ? fields.field(item.path("fieldRef").path("fieldPath").asText())
                                    : fields.resource(item.path("resourceFieldRef"), "");
                } catch (ConfigFailure failed) {
                    throw new VolumeNotReady(volume, String.valueOf(failed.getMessage()));
                }
                into.put(
                        item.path("path").asText(),
                        new Content(bytes(value), item.path("mode").asInt(mode)));
            }
        }
        if (source.has("serviceAccountToken")) {
            JsonNode spec = source.path("serviceAccountToken");
            into.put(
                    spec.path("path").asText(), new Content(bytes(token(volume, spec, pod)), mode));
        }
    }

    private String token(String volume, JsonNode spec, JsonNode pod) {
        Held now = held.get(spec);
        Instant time = clock.instant();
        if (now != null && time.isBefore(now.until())) {
            return now.token();
        }
        Duration lifetime =
                Duration.ofSeconds(spec.path("expirationSeconds").asLong(DEFAULT_LIFETIME));
        // As the kubelet: at four fifths of its life, and each day.
        Duration kept = lifetime.multipliedBy(4).dividedBy(5);
        try {
            String token = tokens.token(pod, spec.path("audience").asText(), lifetime);
            held.put(
                    spec, new Held(token, time.plus(kept.compareTo(LONGEST) < 0 ? kept : LONGEST)));
            return token;
        } catch (ApiFault refused) {
            if (now != null) {
                return now.token();
            }
            throw new VolumeNotReady(volume, "failed to fetch token: " + refused.getMessage());
        }
    }

    private void object(
            String volume,
            Resource kind,
            JsonNode spec,
            String name,
            JsonNode pod,
            int mode,
            Map<String, Content> into) {
        boolean optional = spec.path("optional").asBoolean();
        Optional<ObjectNode> object = api.get(kind, Meta.namespace(pod), name);
        if (object.isEmpty()) {
            if (optional) {
                return;
            }
            throw new VolumeNotReady(
                    volume,
                    "%s \"%s\" not found".formatted(kind.kind().toLowerCase(Locale.ROOT), name));
        }
        Map<String, byte[]> data = new LinkedHashMap<>();
        boolean encoded = kind.equals(Resources.SECRETS);
        object.get()
                .path("data")
                .properties()
                .forEach(entry ->
                        data.put(
                                entry.getKey(),
                                encoded
                                        ? Base64.getDecoder().decode(entry.getValue().asText())
                                        : bytes(entry.getValue().asText())));
        object.get()
                .path("binaryData")
                .properties()
                .forEach(entry ->
                        data.put(
                                entry.getKey(),
                                Base64.getDecoder().decode(entry.getValue().asText())));
        if (spec.path("items").isEmpty()) {
            data.forEach((key, bytes) -> into.put(key, new Content(bytes, mode)));
            return;
        }
        for (JsonNode item : spec.path("items")) {
            byte[] bytes = data.get(item.path("key").asText());
            if (bytes != null) {
                into.put(
                        item.path("path").asText(),
                        new Content(bytes, item.path("mode").asInt(mode)));
            } else if (!optional) {
                throw new VolumeNotReady(
                        volume,
                        "%s references non-existent %s key: %s"
                                .formatted(
                                        volume,
                                        kind.kind().toLowerCase(Locale.ROOT),
                                        item.path("key").asText()));
            }
        }
    }

    private static int mode(JsonNode spec) {
        return spec.path("defaultMode").asInt(DEFAULT_MODE);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
