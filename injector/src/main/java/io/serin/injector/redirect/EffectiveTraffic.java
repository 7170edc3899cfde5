// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.redirect;

import io.serin.api.contract.Ports;
import io.serin.injector.decide.Annotation;
import io.serin.injector.decide.Annotations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What holds for a pod's traffic, as annotations: those that Istio's injector writes where a
 * plug-in of the node is to read them. Pure.
 */
public final class EffectiveTraffic {

    /** Nothing is said of these where the pod says nothing. */
    private static final List<Annotation> SAID_BY_PODS =
            List.of(
                    Annotation.EXCLUDE_OUTBOUND_RANGES,
                    Annotation.INCLUDE_OUTBOUND_PORTS,
                    Annotation.EXCLUDE_OUTBOUND_PORTS,
                    Annotation.REROUTE_INTERFACES,
                    Annotation.EXCLUDE_INTERFACES);

    private EffectiveTraffic() {}

    /** By name, the pod's own and the defaults; in Istio's order. */
    public static Map<String, String> of(Annotations annotations) {
        Map<String, String> effective = new LinkedHashMap<>();
        put(effective, annotations, Annotation.INTERCEPTION_MODE, "REDIRECT");
        put(effective, annotations, Annotation.INCLUDE_OUTBOUND_RANGES, "*");
        put(effective, annotations, Annotation.INCLUDE_INBOUND_PORTS, "*");
        put(
                effective,
                annotations,
                Annotation.EXCLUDE_INBOUND_PORTS,
                Integer.toString(Ports.AGENT));
        for (Annotation annotation : SAID_BY_PODS) {
            Optional<String> said = annotations.get(annotation);
            said.ifPresent(value -> effective.put(annotation.key(), value));
        }
        return effective;
    }

    private static void put(
            Map<String, String> effective,
            Annotations annotations,
            Annotation annotation,
            String otherwise) {
        effective.put(annotation.key(), annotations.get(annotation).orElse(otherwise));
    }
}
