// SPDX-License-Identifier: Apache-2.0
package io.serin.control.snapshot;

import com.google.protobuf.ByteString;
import io.serin.api.codec.ResourceEncoder;
import io.serin.api.discovery.ServerResource;
import io.serin.api.discovery.ServerResources;
import io.serin.api.discovery.ServerSnapshot;
import io.serin.api.snapshot.ProxySnapshot;
import io.serin.api.xds.Any;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A translated part, encoded. Whatever is equal to what it was in the part before is the very same
 * object, so that a change costs as much as what it changes, and proxies hold references.
 *
 * @param source what was encoded, to compare the next with
 */
record EncodedPart(ProxySnapshot source, ServerSnapshot encoded) {

    static final EncodedPart EMPTY = new EncodedPart(ProxySnapshot.EMPTY, ServerSnapshot.EMPTY);

    /** Encodes what differs from this part, and takes over the rest. */
    EncodedPart next(ProxySnapshot next) {
        if (next.equals(source)) {
            return this;
        }
        return new EncodedPart(
                next,
                new ServerSnapshot(
                        encode(
                                next.clusters(),
                                source.clusters(),
                                encoded.clusters(),
                                ResourceEncoder::cluster),
                        encode(
                                next.endpoints(),
                                source.endpoints(),
                                encoded.endpoints(),
                                ResourceEncoder::endpoints),
                        encode(
                                next.listeners(),
                                source.listeners(),
                                encoded.listeners(),
                                ResourceEncoder::listener),
                        encode(
                                next.routeTables(),
                                source.routeTables(),
                                encoded.routeTables(),
                                ResourceEncoder::routeTable)));
    }

    private static <T> ServerResources encode(
            Map<String, T> next,
            Map<String, T> before,
            ServerResources encodedBefore,
            Function<T, Any> encoder) {
        if (next.equals(before)) {
            return encodedBefore;
        }
        List<ServerResource> resources = new ArrayList<>(next.size());
        next.forEach((name, value) -> {
            ServerResource known = encodedBefore.get(name);
            resources.add(
                    known != null && value.equals(before.get(name))
                            ? known
                            : resource(name, encoder.apply(value)));
        });
        return ServerResources.of(resources);
    }

    static ServerResource resource(String name, Any body) {
        return ServerResource.of(name, hash(body.getValue()), body);
    }

    private static String hash(ByteString bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes.asReadOnlyByteBuffer());
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
