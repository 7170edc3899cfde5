// SPDX-License-Identifier: Apache-2.0
package io.serin.local.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestPathTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "/api/v1/pods,'',v1,'',pods,'',''",
                "/api/v1/namespaces,'',v1,'',namespaces,'',''",
                "/api/v1/namespaces/a,'',v1,'',namespaces,a,''",
                "/api/v1/namespaces/a/status,'',v1,'',namespaces,a,status",
                "/api/v1/namespaces/a/pods,'',v1,a,pods,'',''",
                "/api/v1/namespaces/a/pods/b/log,'',v1,a,pods,b,log",
                "/apis/apps/v1/namespaces/a/deployments/b/scale,apps,v1,a,deployments,b,scale",
                "/apis/x.io/v1/things/a,x.io,v1,'',things,a,''"
            })
    void reads(
            String path,
            String group,
            String version,
            String namespace,
            String plural,
            String name,
            String subresource) {
        assertThat(RequestPath.parse(path))
                .contains(
                        new RequestPath(group, version, namespace, plural, name, subresource, ""));
    }

    @Test
    void keepsWhatIsToBeProxiedAsItWasWritten() {
        RequestPath path =
                RequestPath.parse("/api/v1/namespaces/a/pods/b:8080/proxy/x%2Fy/z").orElseThrow();
        assertThat(path.name()).isEqualTo("b:8080");
        assertThat(path.rest()).isEqualTo("/x%2Fy/z");
    }

    @Test
    void isNoneOutsideOfTheApi() {
        assertThat(RequestPath.parse("/healthz")).isEmpty();
        assertThat(RequestPath.parse("/apis/apps/v1")).isEmpty();
    }
}
