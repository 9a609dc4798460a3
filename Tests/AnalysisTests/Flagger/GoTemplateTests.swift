import Analysis
import Testing

/// What each template renders to was obtained by running it through Go 1.19's `text/template` with the same names.
@Suite("Templates of Go")
struct GoTemplateTests {
    static let names = FlaggerNames(
        name: "podinfo", namespace: "shop", target: "checkout", ingress: "front", route: "r", interval: "1m",
        variables: ["key": "value", "code": "5..", "path": "/api"])

    static func expect(_ template: String, renders text: String, _ place: SourceLocation = #_sourceLocation) {
        #expect(throws: Never.self, "\(template)", sourceLocation: place) {
            let rendered = try GoTemplate(parsing: template).render(names)
            #expect(rendered == text, "\(template)", sourceLocation: place)
        }
    }

    @Test(
        "names stand for what they name",
        arguments: [
            ("", ""), ("up", "up"), ("{{ namespace }}/{{target}}", "shop/checkout"),
            ("{{name}} {{service}} {{ingress}} {{route}} {{interval}}", "podinfo checkout front r 1m"),
            ("{{ variables.key }}", "value"), ("{{ (variables).key }}", "value"),
            (#"{{ index variables "key" }}"#, "value"), (#"{{ index variables "nokey" }}|"#, "|"),
            ("{{ variables }}", "map[code:5.. key:value path:/api]"), ("}} {{ name }}}", "}} podinfo}"),
            (#"rate(x{ns="{{ namespace }}"}[{{ interval }}])"#, #"rate(x{ns="shop"}[1m])"#),
            ("{{ name | }}", "podinfo"),
        ])
    func names(template: String, text: String) { Self.expect(template, renders: text) }

    @Test(
        "markers trim the text beside them, and comments leave nothing",
        arguments: [
            ("a {{- 3 -}} b", "a3b"), ("a {{-3 }} b", "a -3 b"), ("a \n{{- name -}}\n\t b", "apodinfob"),
            ("a {{/* c */}} b", "a  b"), ("a {{- /* c }} */ -}} b", "ab"), ("{{- name}}", "podinfo"),
            ("a{{- \n3\n}}b", "a3b"),
        ])
    func trimming(template: String, text: String) { Self.expect(template, renders: text) }

    @Test(
        "constants are Go's",
        arguments: [
            ("{{ 1e6 }} {{ 100000.0 }} {{ 1.5 }} {{ .5 }} {{ 1e21 }}", "1e+06 100000 1.5 0.5 1e+21"),
            (
                "{{ 123456789.0 }} {{ 0.0001 }} {{ 0.00001 }} {{ -1.5e2 }} {{ +3 }}",
                "1.23456789e+08 0.0001 1e-05 -150 3"
            ),
            ("{{ 0x10 }} {{ 0b11 }} {{ 017 }} {{ 0o17 }} {{ 1_000 }} {{ 'a' }} {{ '\\n' }}", "16 3 15 15 1000 97 10"),
            (#"{{ "a\tb\"\u00e9\x41\101" }}"#, "a\tb\"éAA"), ("{{ `raw\\n\"` }}", "raw\\n\""),
            ("{{ true }} {{ false }}", "true false"),
        ])
    func constants(template: String, text: String) { Self.expect(template, renders: text) }

    @Test(
        "branches follow what Go takes for true",
        arguments: [
            (#"{{ if eq name "podinfo" }}y{{ else }}n{{ end }}"#, "y"),
            ("{{ if 0 }}a{{ else if 1 }}b{{else}}c{{end}}", "b"), (#"{{ with "" }}a{{ else }}b{{ end }}"#, "b"),
            ("{{ if 0.0 }}a{{ else }}b{{ end }}{{ if variables }}c{{ end }}", "bc"),
            ("{{ with variables }}{{ .key }}{{ end }}", "value"),
            ("{{ with $x := name }}{{ $x }}{{ . }}{{ end }}", "podinfopodinfo"),
            ("{{ range variables }}[{{.}}]{{end}}", "[5..][value][/api]"),
            ("{{ range $k, $v := variables }}{{$k}}={{$v}};{{end}}", "code=5..;key=value;path=/api;"),
            ("{{ range $v := variables }}{{$v}};{{end}}", "5..;value;/api;"),
            ("{{ range . }}a{{ else }}b{{ end }}", "b"),
            (#"{{ range variables }}{{ if eq . "5.." }}{{ continue }}{{ end }}{{ . }};{{ end }}"#, "value;/api;"),
            ("{{ range variables }}{{ break }}{{ end }}x", "x"),
        ])
    func branches(template: String, text: String) { Self.expect(template, renders: text) }

    @Test(
        "variables live as long as what they were declared in",
        arguments: [
            ("{{ $x := 1 }}{{ $x }}{{ $x = 2 }}{{ $x }}", "12"),
            ("{{ $x := 1 }}{{ if true }}{{ $x = 5 }}{{ end }}{{ $x }}", "5"),
            ("{{ $x := 1 }}{{ if true }}{{ $x := 5 }}{{ end }}{{ $x }}", "1"),
            (#"{{ $x := name | printf "%s!" }}{{ $x }}"#, "podinfo!"), ("{{ $x:=variables }}{{$x.key}}", "value"),
            (#"{{- $r := printf "kube_%s__%s" namespace ingress }} {{ $r }}"#, " kube_shop__front"),
        ])
    func variables(template: String, text: String) { Self.expect(template, renders: text) }

    @Test(
        "functions answer as Go's do",
        arguments: [
            (#"{{ name | printf "%s-%s" "a" }}"#, "a-podinfo"), (#"{{ print 1 2 "a" "b" 3 4 }}"#, "1 2ab3 4"),
            (#"{{ println "a" 1 }}"#, "a 1\n"), ("{{ eq 1 2 1 }} {{ ne 1 2 }}", "true true"),
            (#"{{ lt 1 2 }} {{ le 2 2 }} {{ gt "b" "a" }} {{ ge 1.5 2.5}}"#, "true true true false"),
            ("{{ eq nil nil }} {{ eq nil 1 }}", "true false"),
            (#"{{ not 0 }} {{ and 1 0 2 }} {{ or 0 "" "x" }} {{ 1 | and 2 }}"#, "true 0 x 1"),
            ("{{ and 0 (index variables 1) }}", "0"), (#"{{ len "äb" }} {{ len variables }}"#, "3 3"),
            (#"{{ index "abc" 1 }} {{ eq (index "abc" 0) 97 }}"#, "98 true"),
            (#"{{ slice "abcdef" 1 3 }} {{ slice "abc" 1 }} {{ slice "abc" }}"#, "bc bc abc"),
            (#"{{ html "<a&\"'>" }} {{ js "<a=\\\"\n" }}"#, #"&lt;a&amp;&#34;&#39;&gt; \u003Ca\u003D\\\"\u000A"#),
            (#"{{ urlquery "a b/ä~" }} {{ urlquery "a" "b" 1 }}"#, "a+b%2F%C3%A4~ ab1"),
            ("{{ (printf \"%s\" name) | len }}", "7"), (#"{{ eq "a" "b" | not }}"#, "true"),
            (#"{{if and (eq name "podinfo") (ne namespace "x")}}ok{{end}}"#, "ok"),
        ])
    func functions(template: String, text: String) { Self.expect(template, renders: text) }

    @Test(
        "printf lays out as Go's does",
        arguments: [
            (#""%q|%5s|%-5s|%05d|%+d|%x|%X" "a\n" "ab" "ab" 42 3 255 "hi""#, #""a\n"|   ab|ab   |00042|+3|ff|6869"#),
            (
                #""%.2f|%8.3f|%e|%g|%t|%%|%c" 3.14159 2.5 12345.678 1e21 true 65"#,
                "3.14|   2.500|1.234568e+04|1e+21|true|%|A"
            ),
            (#""%5.1f%%|%.2s|%x" 99.5 "abc" "hi""#, " 99.5%|ab|6869"), (#""%*d|%[2]d %[1]d" 5 42"#, "   42|42 5"),
            (#""%[2]s %[1]s" "a" "b""#, "b a"), (#""%v %v %v %v" 1 1.5 "s" true"#, "1 1.5 s true"),
            (#""%6.2f|%-8.2f|%08.2f|%+.1f" 1.005 2.0 3.14159 2.25"#, "  1.00|2.00    |00003.14|+2.2"),
            (#""%o %b %#x" 8 5 255"#, "10 101 0xff"), (#""%s" (print 1 2)"#, "1 2"),
            (#""%v" variables"#, "map[code:5.. key:value path:/api]"),
        ])
    func layouts(arguments: String, text: String) { Self.expect("{{ printf \(arguments) }}", renders: text) }

    @Test("numbers are counted up to, as newer versions of Go do it")
    func counting() {
        Self.expect("{{ range 3 }}{{ . }}{{ end }}{{ range $i := 2 }}-{{ $i }}{{ end }}", renders: "012-0-1")
        Self.expect(
            "{{ with variables.key }}a{{ else with name }}b{{ end }}{{ with \"\" }}a{{ else with name }}{{ . }}{{ end }}",
            renders: "apodinfo")
    }

    @Test("a template says which names it asks for")
    func uses() throws {
        let template = try GoTemplate(parsing: "{{ if eq target \"x\" }}{{ printf \"%s\" (interval) }}{{ end }}")
        #expect(template.names == ["target", "interval"])
    }
}
