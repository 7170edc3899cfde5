// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.type;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which of a pod's ports its sidecar stands before.
 *
 * @param all whether it does but for some
 * @param listed where not all, those that it does stand before; else those that it does not
 */
public record InboundCapture(boolean all, Set<Integer> listed) {

    /** All of them. */
    public static final InboundCapture ALL = new InboundCapture(true, Set.of());

    public InboundCapture {
        listed = Set.copyOf(listed);
    }

    /**
     * As a pod's annotations have it: those of {@code
     * traffic.sidecar.istio.io/includeInboundPorts}, or, with {@code *}, all but those of {@code
     * excludeInboundPorts}. What is no port is passed over: the injector has refused it.
     */
    public static InboundCapture of(String included, String excluded) {
        boolean all = included.strip().equals("*");
        return new InboundCapture(all, ports(all ? excluded : included));
    }

    private static Set<Integer> ports(String list) {
        return Stream.of(list.split(",", -1))
                .map(String::strip)
                .filter(port -> port.matches("[0-9]{1,5}"))
                .map(Integer::valueOf)
                .collect(Collectors.toSet());
    }

    public boolean takes(int port) {
        return all != listed.contains(port);
    }
}
