// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies a jar, its classes of Java 5 as classes of Java 8: the same code, with the stack maps that
 * are due since Java 7 (JVMS 4.10.1). An AOT cache takes no class from before Java 6, and each start
 * would verify it the slow way.
 */
public final class RaiseClasses {

    private RaiseClasses() {}

    public static void main(String[] args) throws IOException {
        Path from = Path.of(args[0]);
        Path to = Path.of(args[1]);
        try (ZipFile jar = new ZipFile(from.toFile());
                URLClassLoader classes = new URLClassLoader(new URL[] {from.toUri().toURL()}, null);
                ZipOutputStream raised = new ZipOutputStream(Files.newOutputStream(to))) {
            ClassFile files =
                    ClassFile.of(
                            StackMapsOption.GENERATE_STACK_MAPS,
                            ClassHierarchyResolverOption.of(
                                    ClassHierarchyResolver.ofResourceParsing(classes)
                                            .orElse(ClassHierarchyResolver.defaultResolver())));
            for (ZipEntry entry : Collections.list(jar.entries())) {
                byte[] bytes = jar.getInputStream(entry).readAllBytes();
                raised.putNextEntry(new ZipEntry(entry.getName()));
                raised.write(entry.getName().endsWith(".class") ? raise(files, bytes) : bytes);
            }
        }
    }

    private static byte[] raise(ClassFile files, byte[] bytes) {
        var model = files.parse(bytes);
        if (model.majorVersion() >= ClassFile.JAVA_6_VERSION) {
            return bytes;
        }
        return files.transformClass(
                model,
                ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
                        .andThen(ClassTransform.dropping(ClassFileVersion.class::isInstance))
                        .andThen(
                                ClassTransform.endHandler(
                                        built -> built.withVersion(ClassFile.JAVA_8_VERSION, 0))));
    }
}
