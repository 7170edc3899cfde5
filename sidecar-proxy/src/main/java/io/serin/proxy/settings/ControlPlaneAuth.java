// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.settings;

import java.nio.file.Path;

/** How the proxy and its control plane know each other. */
public sealed interface ControlPlaneAuth {

    /** They don't, and speak in plaintext: where there is no cluster, as in tests. */
    record None() implements ControlPlaneAuth {}

    /**
     * By TLS: the control plane by its certificate, the proxy by its token.
     *
     * @param rootCertificates see {@link PodFiles}
     * @param token see {@link PodFiles}
     */
    record MutualTls(Path rootCertificates, Path token) implements ControlPlaneAuth {}
}
