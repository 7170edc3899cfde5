// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Programs of the machine: kind, docker, and our own scripts. */
public final class Program {

    private Program() {}

    /**
     * Runs to the end.
     *
     * @return what it printed
     * @throws CliFault with the last lines when it fails
     */
    public static String run(Map<String, String> environment, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                List<String> lines = output.lines().toList();
                throw CliFault.failed(
                        String.join(" ", command)
                                + " failed:\n"
                                + String.join(
                                        "\n",
                                        lines.subList(
                                                Math.max(0, lines.size() - 15), lines.size())),
                        "");
            }
            return output;
        } catch (IOException missing) {
            throw CliFault.failed(
                    command.getFirst() + " can't be run: " + missing.getMessage(), "");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw CliFault.failed("interrupted", "");
        }
    }

    /**
     * Refuses where a program is not there.
     *
     * @param remedy how to get it
     */
    public static void need(String program, String remedy) {
        if (!isThere(program)) {
            throw CliFault.failed("there is no " + program + " in PATH", remedy);
        }
    }

    private static boolean isThere(String program) {
        for (String folder : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
