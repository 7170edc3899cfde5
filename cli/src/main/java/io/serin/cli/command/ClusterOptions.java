// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.command;

import io.serin.kube.Kube;
import io.serin.kube.KubeAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster; the same in every command. */
final class ClusterOptions implements Connected {

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "The kubeconfig file; else KUBECONFIG, else ~/.kube/config.")
    private @Nullable Path kubeconfig;

    @Option(names = "--context", paramLabel = "NAME", description = "The kubeconfig's context.")
    private @Nullable String context;

    private Optional<KubeAddress> address = Optional.empty();

    Kube connect() {
        Kube kube = Kube.connect(Optional.ofNullable(kubeconfig), Optional.ofNullable(context));
        address = Optional.of(kube.address());
        return kube;
    }

    @Override
    public Optional<KubeAddress> address() {
        return address;
    }
}
