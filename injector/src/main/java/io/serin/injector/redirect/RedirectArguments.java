// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.redirect;

import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import io.serin.injector.decide.Annotations;
import java.util.ArrayList;
import java.util.List;

/** The init container's command line, in the flags of Istio's own redirect step. Pure. */
public final class RedirectArguments {

    private RedirectArguments() {}

    public static List<String> of(Annotations annotations) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "redirect",
                                "-p",
                                Integer.toString(Ports.OUTBOUND),
                                "-z",
                                Integer.toString(Ports.INBOUND),
                                "-u",
                                Integer.toString(Objects.PROXY_UID),
                                "-m",
                                "REDIRECT",
                                "-i",
                                annotations.get(Annotations.INCLUDE_OUTBOUND_RANGES).orElse("*"),
                                "-x",
                                annotations.get(Annotations.EXCLUDE_OUTBOUND_RANGES).orElse(""),
                                "-b",
                                annotations.get(Annotations.INCLUDE_INBOUND_PORTS).orElse("*"),
                                "-d",
                                excludedInbound(annotations)));
        annotations
                .get(Annotations.INCLUDE_OUTBOUND_PORTS)
                .ifPresent(ports -> arguments.addAll(List.of("-q", ports)));
        annotations
                .get(Annotations.EXCLUDE_OUTBOUND_PORTS)
                .ifPresent(ports -> arguments.addAll(List.of("-o", ports)));
        return arguments;
    }

    /** The proxy's own ports, and those that the pod names. */
    private static String excludedInbound(Annotations annotations) {
        String own = Ports.PROMETHEUS + "," + Ports.HEALTH + "," + Ports.AGENT;
        return annotations
                .get(Annotations.EXCLUDE_INBOUND_PORTS)
                .filter(ports -> !ports.isEmpty())
                .map(ports -> own + "," + ports)
                .orElse(own);
    }
}
