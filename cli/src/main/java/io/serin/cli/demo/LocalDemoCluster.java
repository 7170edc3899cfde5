// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.demo;

import io.serin.cli.client.CliFault;
import io.serin.cli.local.LocalCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A cluster on this machine that needs no other program; it lives as long as the demo. */
public final class LocalDemoCluster implements DemoCluster {

    private final LocalCluster cluster;
    private final boolean keep;

    private LocalDemoCluster(LocalCluster cluster, boolean keep) {
        this.cluster = cluster;
        this.keep = keep;
    }

    /**
     * Builds what is not built yet and starts the cluster.
     *
     * @param keep whether to wait for Ctrl-C at the end, since the cluster can't outlive the demo
     * @throws CliFault when the machine lacks something, or another one runs
     */
    public static LocalDemoCluster create(boolean keep, Narrator narrator) {
        narrator.say(
                "a small cluster of its own, for demos and tests: no Kubernetes, no containers");
        narrator.command("serin local-cluster up");
        return new LocalDemoCluster(
                LocalCluster.start(LocalCluster.defaultFolder(), narrator::say), keep);
    }

    @Override
    public Path kubeconfig() {
        return cluster.kubeconfig();
    }

    @Override
    public Optional<String> shortage() {
        return cluster.shortage();
    }

    @Override
    public void close() {
        if (keep) {
            System.out.println("kept until Ctrl-C or Enter: export KUBECONFIG=" + kubeconfig());
            try {
                var _ = System.in.read();
            } catch (IOException closed) {
                // Nobody is there to wait for.
            }
        }
        cluster.close();
    }
}
