// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.client;

import io.serin.api.name.Revision;
import io.serin.injector.Injector;
import io.serin.injector.InjectorConfig;

/** The injector that a revision installed with these values has. */
public final class LocalInjector {

    private LocalInjector() {}

    public static Injector of(Revision revision, InstallValues values) {
        return new Injector(
                InjectorConfig.parse(
                        revision,
                        new InjectorConfig.Text(
                                Manifests.injectorConfig(values),
                                Manifests.injectorValues(values),
                                Manifests.meshText(revision, values))));
    }
}
