// SPDX-License-Identifier: Apache-2.0
package io.serin.kube;

import io.fabric8.kubernetes.api.model.Context;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.util.Optional;

/** A connection to one cluster. */
public final class Kube implements AutoCloseable {

    private final KubernetesClient client;

    private Kube(KubernetesClient client) {
        this.client = client;
    }

    /**
     * As kubectl would: {@code KUBECONFIG}, {@code ~/.kube/config}, or the pod's service account.
     */
    public static Kube connect() {
        return new Kube(new KubernetesClientBuilder().build());
    }

    /**
     * To the cluster of a file or context.
     *
     * @throws IllegalArgumentException when the file can't be read, has no such context, or has the
     *     context's user log in by a program that is not there
     */
    public static Kube connect(Optional<Path> kubeconfig, Optional<String> context) {
        Config config = Kubeconfig.read(kubeconfig, System.getenv(), context);
        // People wait for an answer: no minutes of silent retries.
        Config patient = new ConfigBuilder(config).withRequestRetryBackoffLimit(2).build();
        return new Kube(new KubernetesClientBuilder().withConfig(patient).build());
    }

    /** Which cluster it is. */
    public KubeAddress address() {
        Optional<NamedContext> context =
                Optional.ofNullable(client.getConfiguration().getCurrentContext());
        return new KubeAddress(
                client.getMasterUrl().toString().replaceFirst("/$", ""),
                context.map(NamedContext::getName),
                context.map(NamedContext::getContext).map(Context::getUser));
    }

    /** For this module's own classes, which are made with it. */
    public KubernetesClient client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
    }
}
