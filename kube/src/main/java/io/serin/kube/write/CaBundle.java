// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.serin.kube.Kube;
import io.serin.kube.type.KubeWebhook;

/** Sets the certificate by which the API server knows a webhook. Blocks. */
public final class CaBundle {

    private final KubernetesClient client;

    public CaBundle(Kube kube) {
        this.client = kube.client();
    }

    /**
     * Sets it in every entry, by a JSON Patch that fails where the label is no longer the one that
     * was seen: another revision's object is never changed.
     *
     * @param bundle PEM in base64
     */
    public void fill(KubeWebhook webhook, String bundle) {
        StringBuilder patch = new StringBuilder("[");
        patch.append("{\"op\":\"test\",\"path\":\"/metadata/labels/istio.io~1rev\",\"value\":\"")
                .append(webhook.revision())
                .append("\"}");
        for (int i = 0; i < webhook.caBundles().size(); i++) {
            patch.append(",{\"op\":\"add\",\"path\":\"/webhooks/")
                    .append(i)
                    .append("/clientConfig/caBundle\",\"value\":\"")
                    .append(bundle)
                    .append("\"}");
        }
        patch.append(']');
        PatchContext context = PatchContext.of(PatchType.JSON);
        var admission = client.admissionRegistration().v1();
        switch (webhook.kind()) {
            case MUTATING -> {
                var _ =
                        admission
                                .mutatingWebhookConfigurations()
                                .withName(webhook.configuration())
                                .patch(context, patch.toString());
            }
            case VALIDATING -> {
                var _ =
                        admission
                                .validatingWebhookConfigurations()
                                .withName(webhook.configuration())
                                .patch(context, patch.toString());
            }
        }
    }
}
