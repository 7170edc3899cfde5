// SPDX-License-Identifier: Apache-2.0
package io.serin.cli.check;

import io.serin.cli.check.Finding.Fine;
import io.serin.cli.check.Finding.Problem;
import io.serin.cli.check.Finding.Skipped;
import io.serin.cli.check.Finding.Warning;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All checks, in the order of reading, and what came of them. Pure.
 *
 * @param sections by group
 */
public record Checkup(List<Section> sections) {

    /** A group's results. */
    record Section(String title, List<Result> results) {}

    record Result(Check check, Finding finding) {}

    /** Those that are always asked, and those of an upgrade. */
    static final List<Group> GROUPS =
            List.of(
                    Preconditions.GROUP,
                    ControlPlane.GROUP,
                    InstalledObjects.GROUP,
                    InjectionWebhooks.GROUP,
                    WebhookCertificates.GROUP,
                    Validators.GROUP,
                    Trust.GROUP,
                    Tags.GROUP,
                    Namespaces.GROUP,
                    Workloads.GROUP,
                    Proxies.GROUP,
                    UpgradeReadiness.GROUP);

    public Checkup {
        sections = List.copyOf(sections);
    }

    public static Checkup of(ClusterFacts facts, Scope scope) {
        Mesh mesh = new Mesh(facts, scope);
        Map<String, Result> found = new LinkedHashMap<>();
        List<Section> sections = new ArrayList<>();
        for (Group group : scope.isPre() ? List.of(Preconditions.GROUP) : GROUPS) {
            if (group.equals(UpgradeReadiness.GROUP) && scope.target().isEmpty()) {
                continue;
            }
            List<Result> results = new ArrayList<>();
            for (Check check : group.checks()) {
                Result result = new Result(check, find(check, group, mesh, found));
                found.put(check.id(), result);
                results.add(result);
            }
            sections.add(new Section(group.title(), results));
        }
        return new Checkup(sections);
    }

    /** Without its base a check has nothing to look at; without the API server none has. */
    private static Finding find(Check check, Group group, Mesh mesh, Map<String, Result> found) {
        for (String base : List.of(Preconditions.API_REACHABLE, group.base().orElse(""))) {
            Result result = found.get(base);
            if (result != null
                    && (result.finding() instanceof Problem
                            || result.finding() instanceof Skipped)) {
                return new Skipped("not so: " + result.check().title() + " (" + base + ")");
            }
        }
        return check.find(mesh);
    }

    /** Whether nothing could be asked at all. */
    public boolean isUnreachable() {
        return sections.getFirst().results().getFirst().finding() instanceof Problem;
    }

    public long problems() {
        return findings().stream().filter(Problem.class::isInstance).count();
    }

    long warnings() {
        return findings().stream().filter(Warning.class::isInstance).count();
    }

    long skipped() {
        return findings().stream().filter(Skipped.class::isInstance).count();
    }

    long fine() {
        return findings().stream().filter(Fine.class::isInstance).count();
    }

    private List<Finding> findings() {
        return sections.stream()
                .flatMap(section -> section.results().stream())
                .map(Result::finding)
                .toList();
    }
}
