// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.settings;

import io.serin.api.name.SpiffeId;
import java.nio.file.Path;

/** How the proxy and its control plane know each other. */
public sealed interface ControlPlaneAuth {

    /** They don't, and speak in plaintext: where there is no cluster, as in tests. */
    record None() implements ControlPlaneAuth {}

    /**
     * By TLS: the control plane by its certificate, the proxy by its token, for which it gets a
     * certificate too, to show to other proxies.
     *
     * @param rootCertificates see {@link PodFiles}
     * @param token see {@link PodFiles}
     * @param identity who the proxy is to other proxies
     */
    record MutualTls(Path rootCertificates, Path token, SpiffeId identity)
            implements ControlPlaneAuth {}
}
