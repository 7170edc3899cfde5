// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.envoy;

import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import io.serin.e2e.cluster.Program;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A network of its own, a pod's but for its name: one link to this host, and TCP in and out of it
 * redirected to the ports of a sidecar, except a sidecar's own.
 */
public final class NetworkNamespace implements AutoCloseable {

    private static final String HOST = "10.231.77.1";
    private static final String POD = "10.231.77.2";

    private final String name = "serin-envoy-" + ProcessHandle.current().pid();

    private NetworkNamespace() {}

    public static NetworkNamespace make() {
        var namespace = new NetworkNamespace();
        run(List.of("ip", "netns", "add", namespace.name));
        try {
            namespace.link();
            namespace.redirect();
        } catch (RuntimeException | AssertionError failed) {
            namespace.close();
            throw failed;
        }
        return namespace;
    }

    /** This host's address, as it is seen from inside. */
    public String hostAddress() {
        return HOST;
    }

    /** Its own address, as it is seen from this host. */
    public String address() {
        return POD;
    }

    /** A command that runs inside, as an application would. */
    public List<String> inside(List<String> command) {
        return Stream.concat(Stream.of("ip", "netns", "exec", name), command.stream()).toList();
    }

    /** A command that runs inside, as a sidecar would: its traffic is not redirected. */
    public List<String> beside(List<String> command) {
        return inside(
                Stream.concat(
                                Stream.of(
                                        "setpriv",
                                        "--regid",
                                        Integer.toString(Objects.PROXY_UID),
                                        "--clear-groups"),
                                command.stream())
                        .toList());
    }

    private void link() {
        String outer = "envoy" + ProcessHandle.current().pid();
        run(
                List.of(
                        "ip", "link", "add", outer, "type", "veth", "peer", "name", "eth0", "netns",
                        name));
        run(List.of("ip", "addr", "add", HOST + "/30", "dev", outer));
        run(List.of("ip", "link", "set", outer, "up"));
        run(inside(List.of("ip", "link", "set", "lo", "up")));
        run(inside(List.of("ip", "addr", "add", POD + "/30", "dev", "eth0")));
        run(inside(List.of("ip", "link", "set", "eth0", "up")));
        run(inside(List.of("ip", "route", "add", "default", "via", HOST)));
    }

    private void redirect() {
        String rules =
                """
                table ip sidecar {
                  chain output {
                    type nat hook output priority -100;
                    meta skgid %d return
                    oifname "lo" return
                    meta l4proto tcp redirect to :%d
                  }
                  chain prerouting {
                    type nat hook prerouting priority -100;
                    iifname "lo" return
                    meta l4proto tcp redirect to :%d
                  }
                }
                """
                        .formatted(Objects.PROXY_UID, Ports.OUTBOUND, Ports.INBOUND);
        var _ = Program.run(Map.of(), rules, inside(List.of("nft", "-f", "-"))).orFail();
    }

    /** Takes it away, and the link with it. Whatever runs inside has to have ended. */
    @Override
    public void close() {
        run(List.of("ip", "netns", "delete", name));
    }

    private static void run(List<String> command) {
        var _ = Program.run(Map.of(), "", command).orFail();
    }
}
