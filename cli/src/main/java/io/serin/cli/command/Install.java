// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serin.api.name.Revision;
import io.serin.cli.client.CliFault;
import io.serin.cli.client.InstallValue;
import io.serin.cli.client.InstallValues;
import io.serin.cli.client.Installation;
import io.serin.cli.client.Manifests;
import io.serin.cli.client.RevisionName;
import io.serin.cli.render.Answer;
import io.serin.cli.render.Format;
import io.serin.injector.template.TreeTemplate;
import io.serin.kube.Kube;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;

@Command(
        name = "install",
        description = {
            "Installs a revision of the control plane, beside those that are there.",
            "Running pods stay as they are. Again, it changes what is not as it should be."
        },
        footer = {
            "",
            "Examples:",
            "  serin install --revision 1-0",
            "  serin install --revision 1-1 --set replicas=2 --set image.hub=registry.example.org",
            "  serin install --revision 1-1 -f values.yaml -f production.yaml",
            "  serin install --revision 1-0 --dry-run -o yaml | kubectl diff -f -"
        })
final class Install implements Callable<Integer> {

    private static final String VALUES = "values";

    @Mixin private final ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = "--revision",
            required = true,
            paramLabel = "NAME",
            description =
                    "A DNS label of at most 56 characters: 1-0. The objects of 'default' carry no"
                            + " suffix, and it has the pods of istio-injection=enabled.")
    private String revision = "";

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets a value, see below; repeatable. Wins over files.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = {"-f", "--values"},
            paramLabel = "FILE",
            description = "A YAML file of values; repeatable, a later one wins over an earlier.")
    private List<Path> files = List.of();

    @Option(
            names = "--dry-run",
            description =
                    "Prints the objects of a first installation and changes nothing; needs no"
                            + " cluster.")
    private boolean dryRun;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "How --dry-run prints them: yaml or json; default yaml.")
    private Optional<Format> format = Optional.empty();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "120",
            converter = Seconds.class,
            description = "How long to wait until it is ready; default ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ZERO;

    @Override
    public Integer call() {
        Revision name = new Revision(revision);
        InstallValues values = InstallValues.of(files, settings);
        if (dryRun) {
            RevisionName.check(name);
            print(Manifests.render(name, values), format.orElse(Format.yaml));
            return 0;
        }
        if (format.isPresent()) {
            throw CliFault.usage(
                    "--output: there are no objects to print (expected: --dry-run with it)",
                    "see them first: serin install --revision " + name + " --dry-run");
        }
        Instant start = Instant.now();
        try (Kube kube = cluster.connect()) {
            new Installation(kube, missing -> System.err.println("waiting for " + missing))
                    .install(name, values, timeout, System.err::println);
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

    private static void print(List<JsonNode> objects, Format format) {
        System.out.print(
                switch (format) {
                    case yaml -> TreeTemplate.writeYaml(objects);
                    case json -> Answer.of(format, list(objects));
                    case table ->
                            throw CliFault.usage("--output: 'table' (expected: yaml or json)", "");
                });
    }

    /** As kubectl writes and takes several objects in one document. */
    private static JsonNode list(List<JsonNode> objects) {
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("apiVersion", "v1").put("kind", "List");
        list.putArray("items").addAll(objects);
        return list;
    }

    /** Lets the help list the values, above its examples. */
    static void listValues(CommandLine install) {
        Map<String, String> rows = new LinkedHashMap<>();
        for (InstallValue value : InstallValue.values()) {
            rows.put(
                    "  " + value.key(),
                    "%s Default: %s. Expected: %s."
                            .formatted(
                                    // The table takes what it is given for a format.
                                    value.sentence().replace("`", "").replace("%", "%%"),
                                    value.byDefault().isEmpty() ? "empty" : value.byDefault(),
                                    value.expected()));
        }
        install.getHelpSectionMap()
                .put(VALUES, help -> "%nValues:%n".formatted() + help.createTextTable(rows));
        List<String> sections = new ArrayList<>(install.getHelpSectionKeys());
        sections.add(sections.indexOf(UsageMessageSpec.SECTION_KEY_FOOTER_HEADING), VALUES);
        install.setHelpSectionKeys(sections);
    }
}
