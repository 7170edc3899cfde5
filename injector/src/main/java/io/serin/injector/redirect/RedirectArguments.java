// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.redirect;

import io.serin.api.contract.Ports;
import io.serin.api.name.Revision;
import io.serin.injector.decide.Annotation;
import io.serin.injector.decide.Annotations;
import java.util.ArrayList;
import java.util.List;

/** The init container's command line, in the flags of Istio's own redirect step. Pure. */
public final class RedirectArguments {

    private RedirectArguments() {}

    /**
     * Puts them together.
     *
     * @param proxyUser whose traffic is left alone
     * @param dnsCapture whether questions for names go to the proxy as well
     */
    public static List<String> of(Annotations annotations, int proxyUser, boolean dnsCapture) {
        List<String> arguments = new ArrayList<>(List.of("redirect"));
        flag(arguments, "-p", Integer.toString(Ports.OUTBOUND));
        flag(arguments, "-z", Integer.toString(Ports.INBOUND));
        flag(arguments, "-u", Integer.toString(proxyUser));
        flag(arguments, "-m", "REDIRECT");
        flag(arguments, "-i", list(annotations, Annotation.INCLUDE_OUTBOUND_RANGES, "*"));
        flag(arguments, "-x", list(annotations, Annotation.EXCLUDE_OUTBOUND_RANGES, ""));
        flag(arguments, "-b", list(annotations, Annotation.INCLUDE_INBOUND_PORTS, "*"));
        flag(arguments, "-d", excludedInbound(annotations));
        optionalFlag(arguments, "-q", annotations, Annotation.INCLUDE_OUTBOUND_PORTS);
        optionalFlag(arguments, "-o", annotations, Annotation.EXCLUDE_OUTBOUND_PORTS);
        optionalFlag(
                arguments,
                "-k",
                annotations,
                annotations.get(Annotation.REROUTE_INTERFACES).isPresent()
                        ? Annotation.REROUTE_INTERFACES
                        : Annotation.KUBEVIRT_INTERFACES);
        optionalFlag(arguments, "-c", annotations, Annotation.EXCLUDE_INTERFACES);
        if (dnsCapture) {
            arguments.add("--redirect-dns");
        }
        return arguments;
    }

    /**
     * Of the step that sets no rules and waits for those of the node's agent, who reads them there.
     *
     * @param arguments of the step that does
     */
    public static List<String> waiting(List<String> arguments, Revision revision) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--run-validation", "--skip-rule-apply"));
        flag(all, "--revision", revision.value());
        return all;
    }

    /** The proxy's own ports, and those that the pod names. */
    private static String excludedInbound(Annotations annotations) {
        String own = Ports.PROMETHEUS + "," + Ports.HEALTH + "," + Ports.AGENT;
        String more = list(annotations, Annotation.EXCLUDE_INBOUND_PORTS, "");
        return more.isEmpty() ? own : own + "," + more;
    }

    private static void optionalFlag(
            List<String> arguments, String flag, Annotations annotations, Annotation annotation) {
        String value = list(annotations, annotation, "");
        if (!value.isEmpty()) {
            flag(arguments, flag, value);
        }
    }

    private static void flag(List<String> arguments, String flag, String value) {
        arguments.add(flag);
        arguments.add(value);
    }

    /** People put spaces after commas. */
    private static String list(Annotations annotations, Annotation annotation, String otherwise) {
        return annotations.get(annotation).orElse(otherwise).replaceAll("\\s", "");
    }
}
