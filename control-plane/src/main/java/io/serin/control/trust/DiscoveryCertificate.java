// SPDX-License-Identifier: Apache-2.0
package io.serin.control.trust;

import io.serin.api.contract.Objects;
import io.serin.api.name.Revision;
import io.serin.api.name.Tag;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that this process shows to proxies: of its own making, signed by the mesh's
 * authority, for the names of its revision and of the tags that point here. Signed anew when a name
 * has come or gone, in the second half of its life, and by another authority some time after
 * proxies were told to trust that one.
 *
 * <p>One caller at a time, on a thread that may block.
 */
public final class DiscoveryCertificate {

    private static final Logger LOG = LoggerFactory.getLogger(DiscoveryCertificate.class);

    static final Duration LIFETIME = Duration.ofDays(30);

    /** The kubelet takes up to two minutes to show a pod what has changed in a ConfigMap. */
    static final Duration TRUSTED_BEFORE_IT_SIGNS = Duration.ofMinutes(3);

    private final Supplier<MeshAuthority> source;
    private final Revision revision;
    private final Supplier<Set<String>> tags;
    private final InstantSource clock;

    private volatile MeshAuthority authority;
    private volatile MeshAuthority announced;
    private Instant announcedAt = Instant.EPOCH;
    private List<String> hosts;
    private ServerCertificate current;

    /**
     * Signs the first one.
     *
     * @param source the authority that holds now; may block, and fail
     * @param tags those that point to this revision now
     * @throws IllegalStateException when there is no authority
     */
    public DiscoveryCertificate(
            Supplier<MeshAuthority> source,
            Revision revision,
            Supplier<Set<String>> tags,
            InstantSource clock) {
        this.source = source;
        this.revision = revision;
        this.tags = tags;
        this.clock = clock;
        this.authority = source.get();
        this.announced = authority;
        this.hosts = hosts();
        this.current = authority.sign(hosts, LIFETIME, clock.instant());
    }

    /**
     * Who has signed it. Among the roots are those that proxies were told to trust since, for one
     * of them is about to sign. Any thread.
     */
    public MeshAuthority authority() {
        return authority.trustingAlso(announced);
    }

    /** What is shown now, and who is to be trusted for it. */
    public ServerCertificate current() {
        return current;
    }

    private List<String> hosts() {
        return Stream.concat(
                        Stream.of(Objects.discoveryHost(revision)),
                        tags.get().stream().sorted().map(tag -> Objects.tagHost(new Tag(tag))))
                .flatMap(host -> Stream.of(host, host + ".cluster.local"))
                .toList();
    }

    /**
     * Does what is due; what fails is done at the next look, and what is served stays.
     *
     * @param trusted told what proxies are to trust, where that has changed
     * @param served told what is to be shown from now on, where that has changed
     */
    public void look(Consumer<String> trusted, Consumer<ServerCertificate> served) {
        try {
            Instant now = clock.instant();
            MeshAuthority due = heed(source.get(), now, trusted);
            List<String> named = hosts();
            if (due.equals(authority)
                    && named.equals(hosts)
                    && now.isBefore(current.until().minus(LIFETIME.dividedBy(2)))) {
                return;
            }
            ServerCertificate signed = due.sign(named, LIFETIME, now);
            served.accept(signed);
            current = signed;
            authority = due;
            hosts = named;
            LOG.info("discovery certificate=signed hosts={}", named);
        } catch (RuntimeException failed) {
            LOG.warn("discovery certificate not renewed reason=\"{}\"", failed.getMessage());
        }
    }

    /** Who is to sign now: another one only some time after proxies were told to trust it. */
    private MeshAuthority heed(MeshAuthority held, Instant now, Consumer<String> trusted) {
        if (!held.equals(announced)) {
            trusted.accept(held.roots());
            announced = held;
            announcedAt = now;
            LOG.info("mesh authority=changed signs_from={}", now.plus(TRUSTED_BEFORE_IT_SIGNS));
        }
        return now.isBefore(announcedAt.plus(TRUSTED_BEFORE_IT_SIGNS)) ? authority : announced;
    }
}
