// SPDX-License-Identifier: Apache-2.0
package io.serin.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KubeFaultTest {

    @Test
    void theApiServersOwnWordsComeFirst() {
        assertThat(KubeFault.reason(refused("pods is forbidden"))).isEqualTo("pods is forbidden");
    }

    /** Once people were told that the reason was "null". */
    @Test
    void aFaultWithoutWordsIsCalledByItsName() {
        assertThat(KubeFault.reason(new TimeoutException())).isEqualTo("TimeoutException");
        assertThat(KubeFault.reason(new IllegalStateException("late", new TimeoutException())))
                .isEqualTo("late");
        assertThat(KubeFault.reason(refused(null))).isNotEmpty().isNotEqualTo("null");
    }

    @Test
    void whoCannotBeReachedIsSaidByTheInnermostCause() {
        assertThat(
                        KubeFault.reason(
                                new KubernetesClientException(
                                        "An error", new ConnectException("connection refused"))))
                .isEqualTo("connection refused");
        assertThat(
                        KubeFault.reason(
                                new KubernetesClientException("An error", new ConnectException())))
                .isEqualTo("no connection");
    }

    private static KubernetesClientException refused(@Nullable String words) {
        Status status = new StatusBuilder().withCode(403).withMessage(words).build();
        return new KubernetesClientException(status);
    }
}
