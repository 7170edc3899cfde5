// SPDX-License-Identifier: Apache-2.0
package io.serin.control.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ValidateWebhookTest {

    private static final String SERVICE =
            "{\"group\":\"\",\"kind\":\"Service\",\"name\":\"reviews\"}";
    private static final String GATEWAY = "{\"name\":\"front-door\"}";

    private static String answer(String parents, int weight) {
        return ValidateWebhook.answer(
                """
                {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u1",
                 "namespace":"shop","object":{"metadata":{"name":"r","namespace":"shop"},
                 "spec":{"parentRefs":[%s],
                 "rules":[{"backendRefs":[{"name":"reviews","port":9080,"weight":%d}]}]}}}}
                """
                        .formatted(parents, weight));
    }

    @Test
    void refusesARouteOfAServiceThatCannotBeServed() {
        assertThat(answer(SERVICE, -1))
                .contains("\"allowed\":false", "spec.rules[0].backendRefs[0].weight: '-1'");
        assertThat(answer(GATEWAY + "," + SERVICE, -1)).contains("\"allowed\":false");
        assertThat(answer(SERVICE, 1)).contains("\"allowed\":true");
    }

    /** Once it refused what only another controller can judge. */
    @Test
    void letsRoutesOfGatewaysPass() {
        assertThat(answer(GATEWAY, -1)).contains("\"allowed\":true");
        assertThat(answer("", -1)).contains("\"allowed\":true");
    }

    /** One that was stored before anybody looked could else never lose its finalizers. */
    @Test
    void letsPassWhatIsGoing() {
        assertThat(
                        ValidateWebhook.answer(
                                """
                                {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",
                                 "request":{"uid":"u1","namespace":"shop","object":{
                                 "metadata":{"name":"r","deletionTimestamp":"2026-01-01T00:00:00Z"},
                                 "spec":{"parentRefs":[%s],"rules":[{"filters":[{"type":"x"}]}]}}}}
                                """
                                        .formatted(SERVICE)))
                .contains("\"allowed\":true");
    }

    @Test
    void answersWhatIsNoReview() {
        assertThat(ValidateWebhook.answer("{")).contains("\"allowed\":false");
    }

    /** By which it is tried whether we are asked at all. */
    @Test
    void refusesWhatSaysThatItIsToBeRefused() {
        assertThat(
                        ValidateWebhook.answer(
                                """
                                {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",
                                 "request":{"uid":"u1","namespace":"shop","object":{
                                 "metadata":{"name":"r","annotations":{"serin.io/always-refused":"true"}},
                                 "spec":{"parentRefs":[%s],"rules":[]}}}}
                                """
                                        .formatted(SERVICE)))
                .contains("\"allowed\":false", "serin.io/always-refused");
    }
}
