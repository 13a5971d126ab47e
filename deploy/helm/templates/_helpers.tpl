{{- define "fas.name" -}}
{{ printf "%s-%s" .root.Release.Name (.component | replace "_" "-") }}
{{- end }}

{{- define "fas.matchLabels" -}}
app.kubernetes.io/name: fas
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component | replace "_" "-" }}
{{- end }}

{{- define "fas.labels" -}}
{{ include "fas.matchLabels" . }}
app.kubernetes.io/part-of: fas
{{- end }}

{{- /* Every pod of the release; those of the six services say `role: service`, too. */ -}}
{{- define "fas.allPods" -}}
app.kubernetes.io/name: fas
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "fas.servicePods" -}}
{{ include "fas.allPods" . }}
role: service
{{- end }}

{{- define "fas.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{- /* The keys of the Secret that a component needs, separated by spaces. */ -}}
{{- define "fas.secrets" -}}
rabbit_url mongo_url s3_access_key s3_secret_key
{{- if eq .component "portal" }} secret_key{{ end }}
{{- if and (eq .component "portal") .root.Values.mail.enabled .root.Values.mail.signsIn }} smtp_password{{ end }}
{{- if and .root.Values.customsBroker.separate (has .component (list "customs_gateway" "prepare")) }} customs_rabbit_url{{ end }}
{{- end }}

{{- /* What a pod may not do, whatever it runs. */ -}}
{{- define "fas.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "fas.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- /* The settings of a component, by name: the service's own count before everybody's. */ -}}
{{- define "fas.env" -}}
{{- $values := .root.Values }}
{{- $settings := dict "FAS_HEALTH_PORT" "8100" "FAS_LOG_FORMAT" "json" }}
{{- range $key := splitList " " (include "fas.secrets" .) }}
{{- $_ := set $settings (printf "FAS_%s_FILE" (upper $key)) (printf "/run/secrets/fas/%s" $key) }}
{{- end }}
{{- if $values.tlsSecret }}
{{- $_ := set $settings "FAS_TLS_CA_FILE" "/run/secrets/fas-tls/ca.crt" }}
{{- end }}
{{- if eq .component "portal" }}
{{- $_ := set $settings "FAS_PORTAL_PORT" "8080" }}
{{- if $values.ingress.enabled }}
{{- $_ := set $settings "FAS_PUBLIC_URL" (printf "https://%s" $values.ingress.host) }}
{{- end }}
{{- end }}
{{- $settings = mergeOverwrite $settings (deepCopy $values.settings) (deepCopy (.service.settings | default dict)) }}
{{- range $name := keys $settings | sortAlpha }}
- name: {{ $name }}
  value: {{ get $settings $name | quote }}
{{- end }}
{{- end }}

{{- define "fas.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: 512Mi}
- name: secrets
  secret:
    secretName: {{ .service.secret | default .root.Values.secret | default (include "fas.name" .) }}
    defaultMode: 0440
    items:
    {{- range $key := splitList " " (include "fas.secrets" .) }}
    - {key: {{ $key }}, path: {{ $key }}}
    {{- end }}
{{- with .root.Values.tlsSecret }}
- name: tls
  secret: {secretName: {{ . }}, defaultMode: 0440}
{{- end }}
{{- end }}

{{- define "fas.mounts" -}}
- {name: tmp, mountPath: /tmp}
- {name: secrets, mountPath: /run/secrets/fas, readOnly: true}
{{- if .root.Values.tlsSecret }}
- {name: tls, mountPath: /run/secrets/fas-tls, readOnly: true}
{{- end }}
{{- end }}

{{- /* What every pod of ours has, but for what it runs. */ -}}
{{- define "fas.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- include "fas.podSecurity" . | nindent 2 }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
- name: {{ . }}
{{- end }}
{{- end }}
volumes:
{{ include "fas.volumes" . }}
{{- end }}

{{- define "fas.ports" -}}
{{- range . }}
- {port: {{ . }}, protocol: TCP}
{{- end }}
{{- end }}
