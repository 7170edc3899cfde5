// SPDX-License-Identifier: Apache-2.0
package io.serin.local.node.image;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * The images that the node has: nothing is pulled. A file of properties names a folder for each,
 * relative ones beside the file; a folder's {@code Dockerfile} says how to run it.
 *
 * <pre>
 * serin-proxy\:0.1.0 = /…/target/local-images/proxy
 * </pre>
 */
public final class Images {

    private static final String HUB = "docker.io/library/";

    private final Map<String, Image> images;

    private Images(Map<String, Image> images) {
        this.images = images;
    }

    public static Images of(Iterable<Image> images) {
        Map<String, Image> byName = new TreeMap<>();
        images.forEach(image -> byName.put(image.name(), image));
        return new Images(byName);
    }

    /**
     * @throws IOException when the file, or a folder that it names, cannot be read
     * @throws IllegalArgumentException when a Dockerfile says what is not understood
     */
    public static Images load(Path file) throws IOException {
        Properties folders = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            folders.load(reader);
        }
        Map<String, Image> images = new TreeMap<>();
        for (String name : folders.stringPropertyNames()) {
            Path folder = file.toAbsolutePath().resolveSibling(folders.getProperty(name).strip());
            String dockerfile = Files.readString(folder.resolve("Dockerfile"));
            images.put(name, Dockerfile.read(name, folder, dockerfile));
        }
        return new Images(images);
    }

    /** The names {@code x}, {@code docker.io/library/x} and {@code x:latest} are one. */
    public Optional<Image> find(String name) {
        String plain = name.startsWith(HUB) ? name.substring(HUB.length()) : name;
        Image exact = images.get(plain);
        return Optional.ofNullable(exact != null ? exact : images.get(plain + ":latest"));
    }

    public Set<String> names() {
        return images.keySet();
    }
}
