// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Writes a kubeconfig. */
final class Kubeconfig {

    private Kubeconfig() {}

    static String write(String server, String authority, String token) {
        return """
        apiVersion: v1
        kind: Config
        current-context: local-cluster
        contexts:
        - name: local-cluster
          context: {cluster: local-cluster, user: local-cluster}
        clusters:
        - name: local-cluster
          cluster:
            server: %s
            certificate-authority-data: %s
        users:
        - name: local-cluster
          user:
            token: %s
        """
                .formatted(server, base64(authority), token);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
