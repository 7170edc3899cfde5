// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.serin.kube.Kube;
import io.serin.kube.type.KubeWebhook;

/** Sets the certificate by which the API server knows a webhook. Blocks. */
public final class CaBundle {

    private static final String INJECTION = "sidecar-injector.istio.io";

    private final KubernetesClient client;

    public CaBundle(Kube kube) {
        this.client = kube.client();
    }

    /**
     * Whether an entry is one whose caller we vouch for: of validating webhooks every one, of
     * mutating ones those of injection.
     */
    public static boolean isOurs(KubeWebhook.Kind kind, KubeWebhook.Entry entry) {
        return kind == KubeWebhook.Kind.VALIDATING || entry.name().endsWith(INJECTION);
    }

    /**
     * Sets it in every entry that {@linkplain #isOurs is ours}, by a JSON Patch that fails where
     * the label is no longer the one that was seen, or another entry stands in a place: what was
     * not looked at is never changed.
     *
     * @param bundle PEM in base64
     * @throws KubernetesClientException when the API server can't be reached or refuses
     */
    public void fill(KubeWebhook webhook, String bundle) {
        String patch = patch(webhook, bundle);
        PatchContext context = PatchContext.of(PatchType.JSON);
        var admission = client.admissionRegistration().v1();
        switch (webhook.kind()) {
            case MUTATING -> {
                var _ =
                        admission
                                .mutatingWebhookConfigurations()
                                .withName(webhook.configuration())
                                .patch(context, patch);
            }
            case VALIDATING -> {
                var _ =
                        admission
                                .validatingWebhookConfigurations()
                                .withName(webhook.configuration())
                                .patch(context, patch);
            }
        }
    }

    static String patch(KubeWebhook webhook, String bundle) {
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        operation(patch, "test", "/metadata/labels/istio.io~1rev", webhook.revision());
        for (int i = 0; i < webhook.entries().size(); i++) {
            if (!isOurs(webhook.kind(), webhook.entries().get(i))) {
                continue;
            }
            String place = "/webhooks/" + i;
            operation(patch, "test", place + "/name", webhook.entries().get(i).name());
            operation(patch, "add", place + "/clientConfig/caBundle", bundle);
        }
        return patch.toString();
    }

    private static void operation(ArrayNode patch, String what, String path, String value) {
        patch.addObject().put("op", what).put("path", path).put("value", value);
    }
}
