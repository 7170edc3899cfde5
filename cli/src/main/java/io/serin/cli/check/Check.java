// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import io.serin.cli.check.Finding.Skipped;
import io.serin.kube.read.Reading;
import java.util.Set;
import java.util.function.Function;

/**
 * One thing to look at.
 *
 * @param id kebab-case, never changed: scripts and the headings of docs/check.md go by it
 * @param title what is so when all is well
 * @param needs what must have been read
 * @param look pure; is asked only when all of it was
 */
record Check(String id, String title, Set<Source> needs, Function<Mesh, Finding> look) {

    Check {
        needs = Set.copyOf(needs);
    }

    static Check of(String id, String title, Function<Mesh, Finding> look, Source... needs) {
        return new Check(id, title, Set.of(needs), look);
    }

    Finding find(Mesh mesh) {
        // In their own order, so that the same cluster gets the same words.
        for (Source source : Source.values()) {
            if (needs.contains(source)
                    && mesh.facts().list(source) instanceof Reading.Unread<?>(String why)) {
                return new Skipped(source.plural() + " can't be read: " + why);
            }
        }
        return look.apply(mesh);
    }

    /** Where it is explained. */
    String docs() {
        return "docs/check.md#" + id;
    }
}
