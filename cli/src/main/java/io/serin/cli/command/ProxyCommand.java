// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.api.contract.Ports;
import io.serin.cli.client.CliFault;
import io.serin.cli.client.ProxySync;
import io.serin.cli.render.Answer;
import io.serin.cli.render.Format;
import io.serin.kube.Kube;
import io.serin.kube.read.ClusterReader;
import io.serin.kube.type.ObjectName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "proxy", description = "Looks at the sidecars.")
final class ProxyCommand {

    private static final List<String> COLUMNS =
            List.of(
                    "NAME",
                    "NAMESPACE",
                    "REVISION",
                    "INJECTED",
                    "WANTED",
                    "CONTROL-PLANE",
                    "VERSION",
                    "CDS",
                    "LDS",
                    "EDS",
                    "RDS",
                    "CONNECTED",
                    "NOT-MOVED");

    @Command(
            name = "status",
            description = "Lists proxies, their control planes, and whether each holds its latest.")
    int status(
            @Mixin ClusterOptions cluster,
            @Parameters(
                            arity = "0..1",
                            paramLabel = "POD",
                            description = "Only this one: POD or POD.NAMESPACE.")
                    Optional<String> pod,
            @Mixin OutputOptions output) {
        Format format = output.format();
        try (Kube kube = cluster.connect()) {
            List<ProxySync> proxies =
                    ProxySync.of(new ClusterReader(kube)).stream()
                            .filter(proxy -> pod.map(named -> isNamed(named, proxy)).orElse(true))
                            .toList();
            if (proxies.isEmpty() && pod.isPresent()) {
                throw CliFault.failed(
                        "no control plane knows a proxy of pod " + pod.get(),
                        "see which pods have one, and which should: serin namespace show NAMESPACE");
            }
            List<List<String>> rows = new ArrayList<>();
            for (ProxySync proxy : proxies) {
                List<String> row =
                        new ArrayList<>(
                                Answer.row(
                                        proxy.pod(),
                                        proxy.namespace(),
                                        proxy.servedBy(),
                                        Answer.orDash(proxy.injectedBy()),
                                        Answer.orDash(proxy.wanted()),
                                        proxy.controlPlane(),
                                        proxy.version()));
                row.addAll(
                        Answer.values(proxy.types(), "CLUSTER", "LISTENER", "ENDPOINT", "ROUTE"));
                row.add(proxy.connectedSince());
                row.add(Answer.orDash(proxy.notMoved()));
                rows.add(row);
            }
            System.out.print(Answer.of(format, "proxies", proxies, COLUMNS, rows));
        }
        return 0;
    }

    private static boolean isNamed(String named, ProxySync proxy) {
        return named.equals(proxy.pod()) || named.equals(proxy.pod() + "." + proxy.namespace());
    }

    @Command(
            name = "config",
            description = "Shows what a sidecar holds: POD, or POD.NAMESPACE.",
            footer = {"", "Examples:", "  serin proxy config web-v1-5d8f.shop -o yaml"})
    int config(
            @Mixin ClusterOptions cluster,
            @Parameters(paramLabel = "POD", description = "POD or POD.NAMESPACE") String pod,
            @Option(
                            names = {"-n", "--namespace"},
                            paramLabel = "NAME",
                            defaultValue = "default",
                            description = "The pod's namespace, where POD has none.")
                    String namespace,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FORMAT",
                            defaultValue = "json",
                            description = "json or yaml")
                    Format format) {
        int dot = pod.indexOf('.');
        ObjectName name =
                dot < 0
                        ? new ObjectName(namespace, pod)
                        : new ObjectName(pod.substring(dot + 1), pod.substring(0, dot));
        try (Kube kube = cluster.connect()) {
            ClusterReader reader = new ClusterReader(kube);
            if (reader.object("v1", "Pod", name).isEmpty()) {
                throw CliFault.failed(
                        "there is no pod " + name,
                        "say its namespace: serin proxy config " + name.name() + ".NAMESPACE");
            }
            System.out.print(
                    Answer.of(format, reader.loopbackPage(name, Ports.ADMIN, "/config_dump")));
        } catch (IOException unreachable) {
            throw CliFault.failed(
                    "pod " + name + ": its sidecar can't be asked: " + unreachable.getMessage(),
                    "see whether it has one: serin proxy status "
                            + name.name()
                            + "."
                            + name.namespace());
        }
        return 0;
    }
}
