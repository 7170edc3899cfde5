// SPDX-License-Identifier: Apache-2.0
package io.serin.proxy.settings;

import java.nio.file.Path;

/**
 * What a pod's volumes hold for the proxy.
 *
 * @param labels the pod's, from the downward API
 * @param rootCertificates whom the proxy trusts to be a control plane, in PEM
 * @param token who the proxy is: that of its service account, for the mesh; renewed by the kubelet
 */
public record PodFiles(Path labels, Path rootCertificates, Path token) {

    /** Where the injector mounts them. */
    public static final PodFiles MOUNTED =
            new PodFiles(
                    Path.of("/etc/istio/pod/labels"),
                    Path.of("/var/run/secrets/istio/root-cert.pem"),
                    Path.of("/var/run/secrets/tokens/istio-token"));
}
