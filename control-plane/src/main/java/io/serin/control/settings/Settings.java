// SPDX-License-Identifier: Apache-2.0
package io.serin.control.settings;

import io.serin.api.contract.Channel;
import io.serin.api.contract.Objects;
import io.serin.api.contract.Ports;
import io.serin.api.name.Revision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the environment says.
 *
 * @param revision {@code REVISION}: which one this is; required
 * @param instance {@code POD_NAME}: this replica, for logs and proxies; default {@code local}
 * @param namespace {@code POD_NAMESPACE}: where its own objects are; default {@code istio-system}
 * @param injectConfig {@code INJECT_CONFIG}: the mounted ConfigMap of the injector; default {@code
 *     /etc/istio/inject}
 * @param meshConfig {@code MESH_CONFIG}: the mounted ConfigMap of the mesh; default {@code
 *     /etc/istio/config}
 * @param leave how long it goes on serving after SIGTERM
 * @param channel {@code CHANNEL}: rapid, regular or stable; none when it is not there
 * @param ports where it listens; {@code PORT_OFFSET}, default 0, is added to each, so that two can
 *     run on one host
 */
public record Settings(
        Revision revision,
        String instance,
        String namespace,
        Path injectConfig,
        Path meshConfig,
        Leave leave,
        Optional<Channel> channel,
        Listen ports) {

    /** The version of this build. */
    public static final String VERSION = "0.1.0";

    /** The ports that it listens at. */
    public record Listen(int debug, int xds, int securedXds, int metrics, int webhook) {}

    /**
     * How long it goes on serving after SIGTERM.
     *
     * @param least {@code LEAVE_SECONDS}: until nobody is sent to it any more; 0 to 20, default 5
     * @param most {@code LEAVE_AT_MOST_SECONDS}: while no other replica is ready; 0 to 60, default
     *     30. Together with at most 8 s for what is in flight it has to fit into the pod's grace
     *     time
     */
    public record Leave(Duration least, Duration most) {}

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException naming the variable, its value and what was expected
     */
    public static Settings read(Map<String, String> environment) {
        String revision = environment.getOrDefault("REVISION", "");
        String offset = environment.getOrDefault("PORT_OFFSET", "0");
        if (!offset.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(
                    "PORT_OFFSET: '" + offset + "' (expected: a number)");
        }
        Leave leave =
                new Leave(
                        seconds(environment, "LEAVE_SECONDS", 5, 20),
                        seconds(environment, "LEAVE_AT_MOST_SECONDS", 30, 60));
        Optional<Channel> channel =
                Optional.ofNullable(environment.get("CHANNEL")).map(Settings::channel);
        int add = Integer.parseInt(offset);
        try {
            return new Settings(
                    new Revision(revision),
                    environment.getOrDefault("POD_NAME", "local"),
                    environment.getOrDefault("POD_NAMESPACE", Objects.SYSTEM_NAMESPACE),
                    Path.of(environment.getOrDefault("INJECT_CONFIG", "/etc/istio/inject")),
                    Path.of(environment.getOrDefault("MESH_CONFIG", "/etc/istio/config")),
                    leave,
                    channel,
                    new Listen(
                            Ports.CONTROL_DEBUG + add,
                            Ports.XDS_PLAINTEXT + add,
                            Ports.XDS_TLS + add,
                            Ports.CONTROL_METRICS + add,
                            Ports.WEBHOOK + add));
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException("REVISION: " + bad.getMessage(), bad);
        }
    }

    private static Duration seconds(
            Map<String, String> environment, String name, int usual, int most) {
        String text = environment.getOrDefault(name, Integer.toString(usual));
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) > most) {
            throw new IllegalArgumentException(
                    name + ": '" + text + "' (expected: 0 to " + most + ")");
        }
        return Duration.ofSeconds(Integer.parseInt(text));
    }

    private static Channel channel(String text) {
        return Channel.of(text)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "CHANNEL: '"
                                        + text
                                        + "' (expected: one of "
                                        + String.join(", ", Channel.all())
                                        + ", or not set)"));
    }
}
