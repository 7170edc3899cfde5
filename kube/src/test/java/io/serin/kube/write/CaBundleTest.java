// SPDX-License-Identifier: Apache-2.0
package io.serin.kube.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.kube.type.KubeWebhook;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaBundleTest {

    /** Once an entry that somebody had put in between was changed, for its place alone counted. */
    @Test
    void changesAnEntryOnlyWhereTheOneThatWasSeenStillStands() {
        KubeWebhook webhook =
                new KubeWebhook(
                        KubeWebhook.Kind.MUTATING,
                        "istio-sidecar-injector-1-0",
                        "1-0",
                        "",
                        List.of(
                                new KubeWebhook.Entry(
                                        "rev.namespace.sidecar-injector.istio.io", ""),
                                new KubeWebhook.Entry("of-somebody-else", ""),
                                new KubeWebhook.Entry(
                                        "rev.object.sidecar-injector.istio.io", "b2xk")));

        assertThat(CaBundle.patch(webhook, "bmV3"))
                .isEqualTo(
                        "[{\"op\":\"test\",\"path\":\"/metadata/labels/istio.io~1rev\",\"value\":\"1-0\"},"
                                + "{\"op\":\"test\",\"path\":\"/webhooks/0/name\",\"value\":\"rev.namespace.sidecar-injector.istio.io\"},"
                                + "{\"op\":\"add\",\"path\":\"/webhooks/0/clientConfig/caBundle\",\"value\":\"bmV3\"},"
                                + "{\"op\":\"test\",\"path\":\"/webhooks/2/name\",\"value\":\"rev.object.sidecar-injector.istio.io\"},"
                                + "{\"op\":\"add\",\"path\":\"/webhooks/2/clientConfig/caBundle\",\"value\":\"bmV3\"}]");
    }
}
