// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.api.name.Revision;
import io.serin.cli.client.InstallValues;
import io.serin.cli.client.Installation;
import io.serin.cli.client.Manifests;
import io.serin.injector.template.TreeTemplate;
import io.serin.kube.Kube;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "install",
        description = "Installs a revision of the control plane, beside those that are there.",
        footer = {
            "",
            "Examples:",
            "  serin install --revision 1-0",
            "  serin install --revision 1-1 --set replicas=2 --set image.hub=registry.example.org",
            "  serin install --revision 1-0 --dry-run | kubectl diff -f -"
        })
final class Install implements Callable<Integer> {

    @Mixin private final ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = "--revision",
            required = true,
            paramLabel = "NAME",
            description = "A DNS label: 1-0.")
    private String revision = "";

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets a value; repeatable.")
    private Map<String, String> settings = Map.of();

    @Option(names = "--dry-run", description = "Prints the objects and changes nothing.")
    private boolean dryRun;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long to wait until it is ready; default ${DEFAULT-VALUE}.")
    private int timeout = 120;

    @Override
    public Integer call() {
        Revision name = new Revision(revision);
        InstallValues values = InstallValues.of(settings);
        if (dryRun) {
            List<JsonNode> objects = Manifests.render(name, values);
            System.out.print(TreeTemplate.writeYaml(objects));
            return 0;
        }
        Instant start = Instant.now();
        try (Kube kube = cluster.connect()) {
            new Installation(kube, missing -> System.err.println("waiting for " + missing))
                    .install(name, values, Duration.ofSeconds(timeout));
        }
        System.out.printf(
                "revision %s is ready (%.1f s)%n",
                revision, Duration.between(start, Instant.now()).toMillis() / 1000.0);
        System.out.println("next, bind a namespace to it:");
        System.out.printf(
                "  kubectl label namespace NAME istio-injection- istio.io/rev=%s --overwrite%n",
                revision);
        System.out.println("  kubectl rollout restart deployment -n NAME");
        return 0;
    }
}
