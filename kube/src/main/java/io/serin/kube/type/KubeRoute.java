// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An HTTPRoute.
 *
 * @param revision label {@code istio.io/rev}: whose proxies alone it is for, a tag's too; empty for
 *     all
 * @param problems what it asks for and can't be served; empty when all of it can
 */
public record KubeRoute(
        ObjectName name,
        String revision,
        long generation,
        Instant created,
        List<ParentRef> parents,
        List<Rule> rules,
        List<Problem> problems)
        implements KubeObject {

    public KubeRoute {
        parents = List.copyOf(parents);
        rules = List.copyOf(rules);
        problems = List.copyOf(problems);
    }

    /**
     * A reference, to be echoed as it stands.
     *
     * @param group empty or {@code core} for Services
     */
    public record ParentRef(
            String group,
            String kind,
            Optional<String> namespace,
            String name,
            Optional<String> sectionName,
            Optional<Integer> port) {

        /** Whether it is one for a mesh. */
        public boolean isService() {
            return kind.equals("Service") && (group.isEmpty() || group.equals("core"));
        }
    }

    public record Rule(List<Match> matches, List<BackendRef> backends) {
        public Rule {
            matches = List.copyOf(matches);
            backends = List.copyOf(backends);
        }
    }

    /**
     * @param exact whether the path is one whole path rather than a prefix
     */
    public record Match(boolean exact, String path, Optional<String> method, List<Header> headers) {
        public Match {
            headers = List.copyOf(headers);
        }
    }

    public record Header(String name, String value) {}

    public record BackendRef(
            String group,
            String kind,
            Optional<String> namespace,
            String name,
            Optional<Integer> port,
            int weight) {}

    /**
     * @param field e.g. {@code spec.rules[0].filters[0].type}
     */
    public record Problem(String field, String held, String expected) {
        @Override
        public String toString() {
            return field + ": '" + held + "' (expected: " + expected + ")";
        }
    }
}
