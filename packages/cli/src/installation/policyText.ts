/** policy.yaml as a site begins with it: nothing in force, and an example of everything that most sites want. */
export const policyText = `# When more than a password is asked for, and from where people may enrol a second factor: docs/policy.md.
# It may be changed while Gakumon runs. Try it out first:
# $ gakumon policy explain --user s1234567 --sp https://sp.example.org/shibboleth --ip 192.0.2.1
# $ gakumon policy test cases.yaml
# As it is, a second factor is asked for only where a service asks for one, and nobody may enrol one, since a password alone
# does not suffice for that. The examples are as below, without the #.
version: 1

# Parts of the net that have a name. Guests' Wi-Fi and eduroam stand on campus and are off campus: exclude their ranges.
networks:
#  campus:
#    include: [192.0.2.0/24, '2001:db8::/32']
#    exclude: [192.0.2.128/25]
#    text: { ja: 学内ネットワーク, en: the campus network }

# Every rule that matches adds what it requires. A day begins at midnight in Japan; people are told of it that long before.
rules:
#  - name: outside-needs-mfa
#    when: { network: { not: campus } }
#    require: mfa
#    from: 2030-04-01
#    announce: P30D
#    text: { ja: 学外からのログインには多要素認証が必要です。, en: Logging in from off campus needs a second factor. }

# Where somebody who has proved only a password may enrol a factor. "any": also somebody who lost the others.
enrolment:
#  - { name: on-campus, when: { network: campus }, for: any }

# What may be asserted beyond what is true of itself. AAL2 of GakuNin: only once the university is certified for it.
contexts:
#  aal2: { certified: true }
`;

/** The demonstration's: no rule asks for a second factor by itself, and whoever sits at the machine may enrol one. */
export const demoPolicyText = `# When more than a password is asked for, and from where people may enrol a second factor: docs/policy.md.
# It may be changed while Gakumon runs. Here only services ask for a second factor; a rule that asks for one is, for example,
#  - { name: everybody, require: mfa }
version: 1
networks:
  here: { include: [127.0.0.0/8, '::1/128'], text: { ja: このコンピューター, en: this computer } }
rules:
enrolment:
  - { name: on-this-computer, when: { network: here }, for: any }
`;
