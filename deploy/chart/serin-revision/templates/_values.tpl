{{- /* What the injector reads, of which the pods' checksum is made. */ -}}
{{- define "serin.injectorConfig" -}}
# SPDX-License-Identifier: Apache-2.0
# What is added to a pod. Places to fill in are ${name}; the names are listed in docs/injection.md.
policy: {{ .Values.proxy.autoInject }}
neverInjectSelector: {{ toRawJson .Values.sidecarInjectorWebhook.neverInjectSelector }}
alwaysInjectSelector: {{ toRawJson .Values.sidecarInjectorWebhook.alwaysInjectSelector }}
injectedAnnotations: {{ toRawJson .Values.sidecarInjectorWebhook.injectedAnnotations }}
# A pod gets those of the annotation inject.istio.io/templates, else these.
defaultTemplates: {{ toRawJson .Values.sidecarInjectorWebhook.defaultTemplates }}
aliases: {{ toRawJson .Values.sidecarInjectorWebhook.aliases }}
templates:
{{ if not (hasKey .Values.sidecarInjectorWebhook.templates "sidecar") }}  sidecar:
    initContainers:
      - name: istio-init
        image: ${image}
        imagePullPolicy: ${imagePullPolicy}
        args: ${redirectArguments}
        resources: ${resources}
        securityContext:
          allowPrivilegeEscalation: false
          privileged: false
          readOnlyRootFilesystem: true
          runAsGroup: 0
          runAsNonRoot: false
          runAsUser: 0
          seccompProfile: ${seccompProfile}
          capabilities:
            add: [NET_ADMIN, NET_RAW]
            drop: [ALL]
        volumeMounts:
          - name: istio-data
            mountPath: /var/lib/istio/data
      # In place of istio-init where the node's agent redirects (values.cni): waits until it did. An
      # injector leaves out the one of the two that is not wanted.
      - name: istio-validation
        image: ${image}
        imagePullPolicy: ${imagePullPolicy}
        args: ${validationArguments}
        resources: ${resources}
        securityContext:
          allowPrivilegeEscalation: false
          privileged: false
          readOnlyRootFilesystem: true
          runAsGroup: ${proxyUser}
          runAsNonRoot: true
          runAsUser: ${proxyUser}
          seccompProfile: ${seccompProfile}
          capabilities:
            drop: [ALL]
        # So that kubectl describe pod says what it waits for.
        terminationMessagePolicy: FallbackToLogsOnError
        volumeMounts:
          - name: istio-data
            mountPath: /var/lib/istio/data
      - name: istio-proxy
        image: ${image}
        imagePullPolicy: ${imagePullPolicy}
        # A native sidecar: up before the application's own containers, down after them. Where it is not to be
        # one (values.nativeSidecar, and the annotation), the injector takes this out and moves it.
        restartPolicy: Always
        args: [proxy]
        ports:
          - name: http-envoy-prom
            containerPort: 15090
            protocol: TCP
        env:
          - {name: PILOT_CERT_PROVIDER, value: istiod}
          - {name: CA_ADDR, value: "${discoveryAddress}"}
          - name: POD_NAME
            valueFrom: {fieldRef: {fieldPath: metadata.name}}
          - name: POD_NAMESPACE
            valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
          - name: INSTANCE_IP
            valueFrom: {fieldRef: {fieldPath: status.podIP}}
          - name: SERVICE_ACCOUNT
            valueFrom: {fieldRef: {fieldPath: spec.serviceAccountName}}
          - name: HOST_IP
            valueFrom: {fieldRef: {fieldPath: status.hostIP}}
          - name: ISTIO_META_NODE_NAME
            valueFrom: {fieldRef: {fieldPath: spec.nodeName}}
          - name: ISTIO_CPU_LIMIT
            valueFrom: {resourceFieldRef: {resource: limits.cpu, containerName: istio-proxy}}
          - {name: PROXY_CONFIG, value: '{"discoveryAddress":"${discoveryAddress}"}'}
          - {name: REVISION, value: "${revision}"}
          - {name: ISTIO_META_POD_PORTS, value: "${podPorts}"}
          - {name: ISTIO_META_APP_CONTAINERS, value: "${appContainers}"}
          - {name: ISTIO_META_CLUSTER_ID, value: Kubernetes}
          - {name: ISTIO_META_INTERCEPTION_MODE, value: "${interceptionMode}"}
          - {name: ISTIO_META_WORKLOAD_NAME, value: "${workloadName}"}
          - {name: ISTIO_META_OWNER, value: "${owner}"}
          - {name: ISTIO_META_MESH_ID, value: cluster.local}
          - {name: TRUST_DOMAIN, value: cluster.local}
          - {name: TERMINATION_GRACE_PERIOD_SECONDS, value: "${gracePeriodSeconds}"}
        lifecycle:
          preStop:
            httpGet: {path: /drain, port: 15020}
        startupProbe:
          httpGet: {path: /healthz/ready, port: 15021}
          periodSeconds: 1
          timeoutSeconds: 3
          failureThreshold: 600
        readinessProbe:
          httpGet: {path: /healthz/ready, port: 15021}
          initialDelaySeconds: ${readinessInitialDelay}
          periodSeconds: ${readinessPeriod}
          timeoutSeconds: 3
          failureThreshold: ${readinessFailures}
        resources: ${resources}
        securityContext:
          allowPrivilegeEscalation: false
          privileged: false
          readOnlyRootFilesystem: true
          runAsGroup: 1337
          runAsNonRoot: true
          runAsUser: 1337
          seccompProfile: ${seccompProfile}
          capabilities:
            drop: [ALL]
        volumeMounts:
          - {name: istio-envoy, mountPath: /etc/istio/proxy}
          - {name: istio-data, mountPath: /var/lib/istio/data}
          - {name: istio-podinfo, mountPath: /etc/istio/pod}
          - {name: istio-token, mountPath: /var/run/secrets/tokens}
          - {name: istiod-ca-cert, mountPath: /var/run/secrets/istio, readOnly: true}
    volumes:
      - name: istio-envoy
        emptyDir: {medium: Memory}
      - name: istio-data
        emptyDir: {}
      - name: istio-podinfo
        downwardAPI:
          items:
            - path: labels
              fieldRef: {fieldPath: metadata.labels}
            - path: annotations
              fieldRef: {fieldPath: metadata.annotations}
      - name: istio-token
        projected:
          sources:
            - serviceAccountToken:
                audience: istio-ca
                expirationSeconds: 43200
                path: istio-token
      # Whom the proxy trusts. A control plane makes it in every namespace; without it no pod comes up.
      - name: istiod-ca-cert
        configMap:
          name: istio-ca-root-cert
{{ end }}{{ range $name, $template := .Values.sidecarInjectorWebhook.templates }}  {{ toRawJson $name }}: {{ toRawJson $template }}
{{ end }}{{ end -}}
{{- define "serin.injectorValues" -}}
{{ if .Values.image.hub }}{"image":"{{ .Values.image.hub }}/serin-proxy:{{ .Values.image.tag }}","imagePullPolicy":"{{ .Values.image.pullPolicy }}","imagePullSecrets":{{ .Values.image.pullSecrets | toJson }},"nativeSidecar":"{{ .Values.proxy.nativeSidecar }}","holdApplicationUntilProxyStarts":{{ .Values.proxy.holdApplicationUntilProxyStarts }},"cni":{{ .Values.pilot.cni.enabled }}{{ with .Values.proxy.seccompProfile }},"seccompProfile":{"type":{{ quote . }}}{{ end }},"resources":{"requests":{"cpu":"{{ .Values.proxy.cpu }}","memory":"{{ .Values.proxy.memory }}"},"limits":{"cpu":"{{ .Values.proxy.cpuLimit }}","memory":"{{ .Values.proxy.memoryLimit }}"}}}{{ else }}{"image":"serin-proxy:{{ .Values.image.tag }}","imagePullPolicy":"{{ .Values.image.pullPolicy }}","imagePullSecrets":{{ .Values.image.pullSecrets | toJson }},"nativeSidecar":"{{ .Values.proxy.nativeSidecar }}","holdApplicationUntilProxyStarts":{{ .Values.proxy.holdApplicationUntilProxyStarts }},"cni":{{ .Values.pilot.cni.enabled }}{{ with .Values.proxy.seccompProfile }},"seccompProfile":{"type":{{ quote . }}}{{ end }},"resources":{"requests":{"cpu":"{{ .Values.proxy.cpu }}","memory":"{{ .Values.proxy.memory }}"},"limits":{"cpu":"{{ .Values.proxy.cpuLimit }}","memory":"{{ .Values.proxy.memoryLimit }}"}}}{{ end }}
{{- end -}}
{{- define "serin.controlPlane" -}}
istiod{{ if ne .Values.revision "default" }}-{{ .Values.revision }}{{ end }}
{{- end -}}
{{- define "serin.imagePullSecrets" -}}
[{{ range $i, $name := .Values.image.pullSecrets }}{{ if $i }}, {{ end }}{name: {{ $name | quote }}}{{ end }}]
{{- end -}}
