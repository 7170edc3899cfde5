// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.kube.Kube;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster; the same in every command. */
final class ClusterOptions {

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "The kubeconfig file; else KUBECONFIG, else ~/.kube/config.")
    private @Nullable Path kubeconfig;

    @Option(names = "--context", paramLabel = "NAME", description = "The kubeconfig's context.")
    private @Nullable String context;

    Kube connect() {
        return Kube.connect(Optional.ofNullable(kubeconfig), Optional.ofNullable(context));
    }
}
