// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.api.name.Revision;
import io.serin.cli.client.CliFault;
import io.serin.cli.client.ExitCode;
import io.serin.cli.client.InstallValues;
import io.serin.cli.client.LocalInjector;
import io.serin.injector.ManifestInjection;
import io.serin.injector.decide.Refusal;
import io.serin.injector.template.TemplateFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "inject",
        description = {
            "Adds the sidecar to the pods of a manifest, and prints it.",
            "What became of each pod is said on standard error, and so is that there is none."
        },
        footer = {
            "",
            "Examples:",
            "  serin inject -f deployment.yaml --revision 1-0 | kubectl apply -f -"
        })
final class Inject implements Callable<Integer> {

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "The manifest; - for standard input.")
    private String file = "";

    @Option(
            names = "--revision",
            required = true,
            paramLabel = "NAME",
            description = "Whose proxy.")
    private String revision = "";

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "As in serin install.")
    private Map<String, String> settings = Map.of();

    @Override
    public Integer call() {
        List<String> told = new ArrayList<>();
        try {
            System.out.print(
                    ManifestInjection.inject(
                            read(),
                            LocalInjector.of(new Revision(revision), InstallValues.of(settings)),
                            note -> {
                                told.add(note);
                                System.err.println(note);
                            }));
        } catch (Refusal | TemplateFault refused) {
            throw new CliFault(ExitCode.BAD_DATA, file + ": " + refused.getMessage(), "");
        }
        if (told.isEmpty()) {
            System.err.println(
                    (file.equals("-") ? "standard input" : file)
                            + ": left as it is: no pod and no pod template in it (expected: a"
                            + " Deployment, a Pod or the like)");
        }
        return 0;
    }

    private String read() {
        try {
            return file.equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(file));
        } catch (IOException unreadable) {
            throw new CliFault(
                    ExitCode.BAD_DATA,
                    file + ": can't be read",
                    "give a file, or - for standard input");
        }
    }
}
