// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A path to a resource: {@code /apis/GROUP/VERSION[/namespaces/NS]/PLURAL[/NAME[/SUB[/REST]]]}.
 *
 * @param group empty for the core group
 * @param namespace empty for none or all
 * @param name empty for the collection
 * @param subresource empty for none
 * @param rest what follows the subresource, e.g. a path to proxy to, with its slash
 */
record RequestPath(
        String group,
        String version,
        String namespace,
        String plural,
        String name,
        String subresource,
        String rest) {

    /** Empty: it is none. */
    static Optional<RequestPath> parse(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.substring(1).split("/", -1)) {
            segments.add(decode(segment));
        }
        boolean core = segments.getFirst().equals("api");
        if (!core && !segments.getFirst().equals("apis")) {
            return Optional.empty();
        }
        int at = core ? 2 : 3;
        if (segments.size() <= at || segments.get(at).isEmpty()) {
            return Optional.empty();
        }
        String group = core ? "" : segments.get(1);
        String version = segments.get(at - 1);
        String namespace = "";
        boolean ofNamespace =
                segments.get(at).equals("namespaces")
                        && segments.size() > at + 2
                        // /namespaces/NAME/status is about the namespace itself.
                        && !(core
                                && segments.size() == at + 3
                                && List.of("status", "finalize").contains(segments.get(at + 2)));
        if (ofNamespace) {
            namespace = segments.get(at + 1);
            at += 2;
        }
        String plural = segments.get(at);
        String name = segments.size() > at + 1 ? segments.get(at + 1) : "";
        String subresource = segments.size() > at + 2 ? segments.get(at + 2) : "";
        return Optional.of(
                new RequestPath(
                        group, version, namespace, plural, name, subresource, rest(path, at + 3)));
    }

    /** What follows the segments, as it was written. */
    private static String rest(String path, int segments) {
        int from = 0;
        for (int i = 0; i < segments; i++) {
            from = path.indexOf('/', from + 1);
            if (from < 0) {
                return "";
            }
        }
        return path.substring(from);
    }

    private static String decode(String segment) {
        return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
