// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.volume;

import static io.serin.local.node.process.ContainerProcess.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import io.serin.local.api.ClusterApi;
import io.serin.local.api.Resource;
import io.serin.local.api.Resources;
import io.serin.local.node.mount.Bind;
import io.serin.local.node.mount.NodeFiles;
import io.serin.local.node.process.Tools;
import io.serin.local.node.spec.Amount;
import io.serin.local.node.spec.ConfigFailure;
import io.serin.local.node.spec.Expansion;
import io.serin.local.node.spec.PodFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A pod's volumes as folders, kept in step with what they show. Safe for use by many threads. */
public final class PodVolumes implements AutoCloseable {

    private final NodeFiles node;
    private final String uid;
    private final Sources sources;
    private final Map<String, Path> folders = new HashMap<>();
    private final Map<String, AtomicFiles> shown = new HashMap<>();
    private final List<Path> mounted = new ArrayList<>();

    public PodVolumes(
            NodeFiles node,
            String uid,
            ClusterApi api,
            ServiceAccountTokens tokens,
            InstantSource clock) {
        this.node = node;
        this.uid = uid;
        this.sources = new Sources(api, tokens, clock);
    }

    /**
     * Makes those that are not there yet, and brings the others up to date. May be called again
     * after it failed.
     *
     * @throws VolumeNotReady when one names what is missing
     */
    public synchronized void update(JsonNode pod, PodFields fields) throws IOException {
        int group = pod.path("spec").path("securityContext").path("fsGroup").asInt(-1);
        for (JsonNode volume : pod.path("spec").path("volumes")) {
            String name = volume.path("name").asText();
            boolean isEmpty = volume.has("emptyDir");
            if (!folders.containsKey(name)) {
                folders.put(name, isEmpty ? emptyDir(name, volume, group) : folder(name, group));
            }
            if (!isEmpty) {
                Path path = folders.getOrDefault(name, Path.of(""));
                shown.computeIfAbsent(name, _ -> new AtomicFiles(path, group))
                        .write(sources.files(volume, pod, fields));
            }
        }
    }

    private Path folder(String name, int group) throws IOException {
        Path path = NodeFiles.folder(node.pod(uid).resolve("volumes").resolve(name), "rwxrwxrwx");
        return shared(path, group);
    }

    private Path emptyDir(String name, JsonNode volume, int group) throws IOException {
        JsonNode spec = volume.path("emptyDir");
        if (!spec.path("medium").asText().equals("Memory")) {
            return shared(NodeFiles.folder(node.data(uid).resolve(name), "rwxrwxrwx"), group);
        }
        Path path = folder(name, -1);
        String limit = spec.path("sizeLimit").asText();
        if (!limit.isEmpty() && Amount.parse(limit).whole() > 0) {
            NodeFiles.shell(
                    "%s -n -t tmpfs -o mode=0777,size=%d serin-volume %s"
                            .formatted(
                                    Tools.MOUNT,
                                    Amount.parse(limit).whole(),
                                    quoted(path.toString())));
            mounted.add(path);
        }
        return shared(path, group);
    }

    /** Of the pod's fsGroup, which new files inherit. */
    private static Path shared(Path path, int group) throws IOException {
        if (group >= 0) {
            Files.setAttribute(path, "unix:gid", group);
            Files.setAttribute(path, "unix:mode", 02777);
        }
        return path;
    }

    /**
     * What a container mounts.
     *
     * @param environment for {@code subPathExpr}
     * @throws ConfigFailure when it names a volume that the pod has not
     */
    public synchronized List<Bind> binds(
            JsonNode pod, JsonNode container, Map<String, String> environment) throws IOException {
        List<Bind> binds = new ArrayList<>();
        for (JsonNode mount : container.path("volumeMounts")) {
            String name = mount.path("name").asText();
            Path folder = folders.get(name);
            if (folder == null) {
                throw new ConfigFailure(
                        "volumeMounts: %s (expected: one of %s)".formatted(name, folders.keySet()));
            }
            String sub =
                    mount.has("subPathExpr")
                            ? Expansion.expand(mount.path("subPathExpr").asText(), environment)
                            : mount.path("subPath").asText();
            Path source = sub.isEmpty() ? folder : subPath(folder, sub, shown.containsKey(name));
            boolean readOnly = mount.path("readOnly").asBoolean() || shown.containsKey(name);
            binds.add(new Bind(source, mount.path("mountPath").asText(), readOnly));
        }
        return binds;
    }

    private static Path subPath(Path folder, String sub, boolean shown) throws IOException {
        Path source = folder.resolve(sub).normalize();
        if (Path.of(sub).isAbsolute() || !source.startsWith(folder)) {
            throw new ConfigFailure("subPath: " + sub + " (expected: below the volume)");
        }
        if (!Files.exists(source)) {
            if (shown) {
                throw new ConfigFailure("failed to prepare subPath for volumeMount: no " + sub);
            }
            Files.createDirectories(source);
            Files.setAttribute(source, "unix:mode", 0777);
        }
        Path real = source.toRealPath();
        if (!real.startsWith(folder.toRealPath())) {
            throw new ConfigFailure("subPath: " + sub + " (expected: below the volume)");
        }
        return real;
    }

    /** Whether a ConfigMap's or Secret's files are shown in one of the pod's volumes. */
    public static boolean shows(JsonNode pod, Resource kind, String name) {
        boolean secret = kind.equals(Resources.SECRETS);
        for (JsonNode volume : pod.path("spec").path("volumes")) {
            if (volume.path(secret ? "secret" : "configMap")
                    .path(secret ? "secretName" : "name")
                    .asText()
                    .equals(name)) {
                return true;
            }
            for (JsonNode source : volume.path("projected").path("sources")) {
                if (source.path(secret ? "secret" : "configMap")
                        .path("name")
                        .asText()
                        .equals(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public synchronized void close() throws IOException {
        for (Path path : mounted) {
            NodeFiles.shell(Tools.UMOUNT + " -n -l " + quoted(path.toString()));
        }
        mounted.clear();
        folders.clear();
        NodeFiles.delete(node.data(uid));
    }
}
