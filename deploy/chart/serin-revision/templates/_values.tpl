{{- /* What the injector reads, of which the pods' checksum is made. */ -}}
{{- define "serin.injectorValues" -}}
{{ if .Values.image.hub }}{"image":"{{ .Values.image.hub }}/serin-proxy:{{ .Values.image.tag }}","imagePullPolicy":"{{ .Values.image.pullPolicy }}","imagePullSecrets":{{ .Values.image.pullSecrets | toJson }},"nativeSidecar":"{{ .Values.proxy.nativeSidecar }}","holdApplicationUntilProxyStarts":{{ .Values.proxy.holdApplicationUntilProxyStarts }},"cni":{{ .Values.pilot.cni.enabled }}{{ with .Values.proxy.seccompProfile }},"seccompProfile":{"type":{{ quote . }}}{{ end }},"resources":{"requests":{"cpu":"{{ .Values.proxy.cpu }}","memory":"{{ .Values.proxy.memory }}"},"limits":{"cpu":"{{ .Values.proxy.cpuLimit }}","memory":"{{ .Values.proxy.memoryLimit }}"}}}{{ else }}{"image":"serin-proxy:{{ .Values.image.tag }}","imagePullPolicy":"{{ .Values.image.pullPolicy }}","imagePullSecrets":{{ .Values.image.pullSecrets | toJson }},"nativeSidecar":"{{ .Values.proxy.nativeSidecar }}","holdApplicationUntilProxyStarts":{{ .Values.proxy.holdApplicationUntilProxyStarts }},"cni":{{ .Values.pilot.cni.enabled }}{{ with .Values.proxy.seccompProfile }},"seccompProfile":{"type":{{ quote . }}}{{ end }},"resources":{"requests":{"cpu":"{{ .Values.proxy.cpu }}","memory":"{{ .Values.proxy.memory }}"},"limits":{"cpu":"{{ .Values.proxy.cpuLimit }}","memory":"{{ .Values.proxy.memoryLimit }}"}}}{{ end }}
{{- end -}}
{{- define "serin.controlPlane" -}}
istiod{{ if ne .Values.revision "default" }}-{{ .Values.revision }}{{ end }}
{{- end -}}
{{- define "serin.imagePullSecrets" -}}
[{{ range $i, $name := .Values.image.pullSecrets }}{{ if $i }}, {{ end }}{name: {{ $name | quote }}}{{ end }}]
{{- end -}}
