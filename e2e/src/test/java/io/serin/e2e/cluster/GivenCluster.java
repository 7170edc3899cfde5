// SPDX-License-Identifier: Apache-2.0
package io.serin.e2e.cluster;

import java.nio.file.Path;

/** A cluster that was there before and stays: the one of KUBECONFIG. Its nodes have the images. */
record GivenCluster(Path kubeconfig) implements Cluster {

    static GivenCluster ofEnvironment() {
        String held = System.getenv("KUBECONFIG");
        if (held == null || held.isEmpty()) {
            throw new IllegalArgumentException(
                    "KUBECONFIG is not set (expected with -Dcluster=given: the cluster's file)");
        }
        return new GivenCluster(Path.of(held));
    }

    @Override
    public void provideImages() {}

    @Override
    public void close() {}
}
