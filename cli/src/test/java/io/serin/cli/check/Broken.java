// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.serin.cli.check.Finding.Problem;
import io.serin.cli.check.Finding.Warning;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Something that is broken in a {@link World} where all else is well.
 *
 * @param id the check that finds it
 * @param severe whether it is a problem, not a warning
 * @param said part of what it says
 * @param followers those that see it too
 */
record Broken(
        String id, boolean severe, String said, Set<String> followers, Consumer<World> damage) {

    /** With an upgrade in mind, so that its checks are asked too. */
    static final Scope UPGRADE = new Scope(Optional.empty(), Set.of(), Optional.of("1-1"));

    static Broken problem(String id, String said, Consumer<World> damage) {
        return new Broken(id, true, said, Set.of(), damage);
    }

    static Broken problem(String id, String said, Set<String> followers, Consumer<World> damage) {
        return new Broken(id, true, said, followers, damage);
    }

    static Broken warning(String id, String said, Consumer<World> damage) {
        return new Broken(id, false, said, Set.of(), damage);
    }

    static Broken warning(String id, String said, Set<String> followers, Consumer<World> damage) {
        return new Broken(id, false, said, followers, damage);
    }

    /** That exactly these checks find it, and say what and what to do. */
    static Stream<DynamicTest> tests(List<Broken> cases) {
        return tests(cases, World::healthy);
    }

    /** Likewise, of worlds of another kind. */
    static Stream<DynamicTest> tests(List<Broken> cases, Supplier<World> healthy) {
        return cases.stream()
                .map(broken ->
                        DynamicTest.dynamicTest(
                                broken.id + ": " + broken.said,
                                () -> broken.isFoundAndNothingElse(healthy.get())));
    }

    private void isFoundAndNothingElse(World world) {
        damage.accept(world);

        Map<String, Finding> found = find(world, UPGRADE);

        Set<String> expected = new TreeSet<>(followers);
        expected.add(id);
        assertThat(reported(found)).as(found.toString()).isEqualTo(expected);
        Finding finding = requireNonNull(found.get(id));
        assertThat(finding).isInstanceOf(severe ? Problem.class : Warning.class);
        assertThat(finding.toString()).contains(said);
        assertThat(finding.flaws())
                .isNotEmpty()
                .allSatisfy(flaw -> assertThat(flaw.fix()).isNotBlank());
    }

    /** By id. */
    static Map<String, Finding> find(World world, Scope scope) {
        Map<String, Finding> found = new TreeMap<>();
        for (Checkup.Section section : Checkup.of(world.facts(), scope).sections()) {
            section.results().forEach(result -> found.put(result.check().id(), result.finding()));
        }
        return found;
    }

    /** The ids of those that found something. */
    static Set<String> reported(Map<String, Finding> found) {
        return found.entrySet().stream()
                .filter(entry ->
                        entry.getValue() instanceof Problem || entry.getValue() instanceof Warning)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
