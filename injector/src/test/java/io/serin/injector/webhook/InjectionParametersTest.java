// SPDX-License-Identifier: Apache-2.0
package io.serin.injector.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.serin.injector.template.TreeTemplate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InjectionParametersTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                        | {}",
                "/                         | {}",
                "/cluster/c1/net/n1        | {ISTIO_META_CLUSTER_ID: c1, ISTIO_META_NETWORK: n1}",
                "/cluster/c1/net/n1/       | {ISTIO_META_CLUSTER_ID: c1, ISTIO_META_NETWORK: n1}",
                "/cluster/a--slash--b      | {ISTIO_META_CLUSTER_ID: a/b}",
                "/cluster/a%20b+c          | {ISTIO_META_CLUSTER_ID: a b+c}",
                "/cluster/100%             | {ISTIO_META_CLUSTER_ID: 100%}",
                "/cluster                  | {}",
                "/cluster/c1/net           | {ISTIO_META_CLUSTER_ID: c1}",
                "/my_env/x                 | {MY_ENV: x}",
                "/no-name/x                | {}",
                "/:ENV:cluster=c1:ENV:my_env=a=b  | {ISTIO_META_CLUSTER_ID: c1, MY_ENV: a=b}",
                "/:ENV:cluster:ENV:=x:ENV:net=n1  | {ISTIO_META_NETWORK: n1}",
            })
    void readsThePathAsIstioDoes(String rest, String environment) {
        assertThat(TreeTemplate.tree(InjectionParameters.parse(rest)))
                .isEqualTo(TreeTemplate.parseYaml(environment).getFirst());
    }
}
