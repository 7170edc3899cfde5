// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import io.serin.cli.client.Ownership;

/**
 * The commands by which what was installed is put right: those of whoever installed it, for to
 * others they are refused. Pure.
 */
final class Remedy {

    /** What is not said again would be the default again: nobody but them knows what it was. */
    private static final String VALUES = " the values (--set, -f) that it was installed with";

    private Remedy() {}

    /**
     * What writes all objects of a revision once more; where there is none, for the first time.
     *
     * @param settings what is to hold besides, e.g. {@code image.hub=HUB}
     */
    static String install(Mesh mesh, String revision, String... settings) {
        StringBuilder set = new StringBuilder();
        for (String setting : settings) {
            set.append(" --set ").append(setting);
        }
        String install = "serin install --revision " + revision + set;
        return mesh.owner(revision)
                .map(owner ->
                        switch (owner) {
                            case Ownership.Serin _ ->
                                    install + (set.isEmpty() ? ", with" : ", beside") + VALUES;
                            case Ownership.Helm(String release, String namespace) ->
                                    "helm upgrade "
                                            + release
                                            + " CHART -n "
                                            + namespace
                                            + " --reset-then-reuse-values"
                                            + set;
                            case Ownership.Other _ ->
                                    "install revision "
                                            + revision
                                            + " again, by what installed it"
                                            + (set.isEmpty() ? "" : ", with" + set);
                        })
                .orElse(install);
    }

    /** What removes all objects of a revision. */
    static String uninstall(Mesh mesh, String revision) {
        String uninstall = "serin uninstall --revision " + revision;
        return mesh.owner(revision)
                .map(owner ->
                        switch (owner) {
                            case Ownership.Serin _ -> uninstall;
                            case Ownership.Helm(String release, String namespace) ->
                                    "helm uninstall " + release + " -n " + namespace;
                            case Ownership.Other _ ->
                                    "remove revision " + revision + " by what installed it";
                        })
                .orElse(uninstall);
    }

    /** What writes all objects of a tag once more, or for the first time. */
    static String point(String tag, String revision) {
        return "serin tag set " + tag + " --revision " + revision + " --overwrite";
    }
}
