/** A rule of claimd that one exported function of the `rules.ts` of a machine keeps. */
export interface Guard {
  rule: string
  /** Its folder in `host/core`. Default: `claims`. */
  machine?: 'claims' | 'connections'
  /** The exported function. */
  name: string
  /** What it does instead when it is disabled: the beginning of another body. */
  disabled: string
  /** The test that must fail then: its file below `test`, and its title. */
  test: { file: string; title: string }
}

const claims = 'host/core/claims/claims.test'

/** Every guard, and the test that shows that it is needed. */
export const guards: readonly Guard[] = [
  {
    rule: '1: a claimed connection is not disconnected',
    name: 'refuseDisconnect',
    disabled: 'return null',
    test: {
      file: claims,
      title: 'CM-5 SC-18: disconnecting a claimed connection is refused, and the provider hears nothing',
    },
  },
  {
    rule: '5: a claim survives the host',
    name: 'refuseRestore',
    disabled: `return 'nothing is restored'`,
    test: {
      file: claims,
      title: 'rule 5: a restart brings the claim back, provisional and protected, before any plugin is there',
    },
  },
  {
    rule: '5: only on the very same link',
    name: 'refuseRestore',
    disabled: 'return link ? null : "gone"',
    test: {
      file: claims,
      title:
        'SC-34: after a restart, a link with the same index but another name and address is another link',
    },
  },
  {
    rule: '6: it survives its provider, orphaned',
    name: 'orphanedBy',
    disabled: 'return null',
    test: {
      file: claims,
      title:
        'SC-25: a provider that dies leaves its claim protected and not offered; on its return it verifies',
    },
  },
  {
    rule: '6: nobody takes it over but a new holder when the plugin is gone',
    name: 'yields',
    disabled: 'return true',
    test: {
      file: claims,
      title:
        'SC-25: a provider that dies leaves its claim protected and not offered; on its return it verifies',
    },
  },
  {
    rule: '7: only its holder reports for it',
    name: 'refuseReport',
    disabled: 'return null',
    test: {
      file: claims,
      title: 'SC-29: a report by anybody but the holder, or with an old fence, is refused and recorded',
    },
  },
  {
    rule: '7: only its holder acts on it',
    name: 'refuseAction',
    disabled: 'return null',
    test: {
      file: 'host/core/claims/acting.test',
      title: 'SC-29: only the holder acts on its adapter, with the fence of its claim; all else is recorded',
    },
  },
  {
    rule: '7: a child that ran meanwhile is named',
    name: 'recordOutside',
    disabled: 'children = []',
    test: {
      file: 'host/core/claims/acting.test',
      title: 'rule 7: a change from outside while a child of a plugin runs names the child',
    },
  },
  {
    rule: '8: one connection holds one adapter',
    name: 'objectToName',
    disabled: 'return null',
    test: {
      file: 'host/core/claims/rounds.test',
      title:
        'SC-9: a name that another adapter is held for is CONNECTION_ALREADY_EXISTS, and the next is asked',
    },
  },
  {
    rule: '11: what happens behind its back is recorded as that',
    name: 'recordOutside',
    disabled: 'return { holder: null, programs: [], otherPrograms: 0 }',
    test: {
      file: claims,
      title: 'rule 11: a claimed link that goes down is recorded as such, and nothing is done about it',
    },
  },
  {
    rule: '12: what was released stays unmanaged',
    name: 'staysReleased',
    disabled: 'return null',
    test: {
      file: claims,
      title:
        'SC-20: release ends the claim with who and why, tells the provider, and no round follows until offer',
    },
  },
  {
    rule: 'sticky: an offer takes nothing from its holder',
    name: 'refuseOffer',
    disabled: 'return null',
    test: { file: claims, title: 'offer on a sticky claim changes nothing and names the holder' },
  },
  {
    rule: 'a yes counts for what is configured or volatile',
    name: 'refuseConfirmation',
    disabled: 'return null',
    test: {
      file: 'host/core/claims/configuration.test',
      title: 'a yes does not count for a connection that is not configured any more, or has another type',
    },
  },
  {
    rule: 'configured names win over volatile ones',
    name: 'yieldsName',
    disabled: 'return false',
    test: {
      file: 'host/core/claims/configuration.test',
      title:
        'a name that is configured is left by the volatile connection that had it, and its holder is asked',
    },
  },
  {
    rule: 'PENDING does not hold back the safety net from what was given up',
    name: 'holdsBack',
    disabled: 'return true',
    test: {
      file: 'host/core/claims/given-up.test',
      title:
        'what is given up passes to the safety net in one step, although a stronger provider cannot tell yet',
    },
  },
  {
    rule: 'what was held has a holder until the safety net has declined',
    name: 'outlastsRound',
    disabled: 'return false',
    test: {
      file: 'host/core/claims/given-up.test',
      title: 'while the safety net cannot answer, what was given up stays protected',
    },
  },
  {
    rule: 'not offered: loopback, ports, what the operator ignores',
    name: 'refuseRounds',
    disabled: 'return null',
    test: {
      file: 'host/core/claims/rounds.test',
      title:
        'loopback, ports of a bridge and what the operator ignores are not offered; a member of a vrf is',
    },
  },
  {
    rule: 'a link that a provider makes while it connects is offered to nobody',
    name: 'staysUnoffered',
    disabled: 'return null',
    test: {
      file: 'host/core/connections/made-links.test',
      title: 'a link that is made for a connect is offered to nobody, and becomes its adapter',
    },
  },
  {
    rule: 'only what is enabled and wanted is brought up',
    machine: 'connections',
    name: 'isWanted',
    disabled: 'return true',
    test: {
      file: 'host/core/connections/connections.test',
      title: 'CM-25: a disabled connection is not connected for any caller',
    },
  },
  {
    rule: 'while claimd is being stopped nothing is begun',
    machine: 'connections',
    name: 'isLeftAsItIs',
    disabled: 'return false',
    test: {
      file: 'host/core/connections/stopping.test',
      title: 'while claimd is being stopped, what is being connected is taken back, and nothing is begun',
    },
  },
  {
    rule: 'what nobody wants is taken down after its idle time',
    machine: 'connections',
    name: 'isIdle',
    disabled: 'return false',
    test: {
      file: 'host/core/connections/connections.test',
      title: 'SC-53: one that nobody wants any more when it is up stays for a while, and is taken down',
    },
  },
  {
    rule: 'connections that lead to the same share one link',
    machine: 'connections',
    name: 'leadsToTheSame',
    disabled: 'return false',
    test: {
      file: 'host/core/connections/sharing.test',
      title: 'CM-27: of two that lead to the same, the second is connected without a connect of its own',
    },
  },
  {
    rule: 'a link that is shared with a connection which is wanted stays up',
    machine: 'connections',
    name: 'refuseShared',
    disabled: 'return null',
    test: {
      file: 'host/core/connections/sharing.test',
      title: 'CM-27: what another connection shares is not taken down, and the hold on it ends all the same',
    },
  },
  {
    rule: 'a carrier that is lost for a short time changes nothing',
    machine: 'connections',
    name: 'waitsForCarrier',
    disabled: 'return false',
    test: {
      file: 'host/core/connections/connections.test',
      title: 'SC-41: a carrier that is lost for less than 5 s changes nothing, and one that stays away does',
    },
  },
  {
    rule: 'what is disabled is connected for nobody',
    machine: 'connections',
    name: 'refuseDisabled',
    disabled: 'return null',
    test: {
      file: 'host/core/connections/connections.test',
      title: 'CM-25: a disabled connection is not connected for any caller',
    },
  },
  {
    rule: 'one caller has so many requests open at most',
    machine: 'connections',
    name: 'refuseMany',
    disabled: 'return null',
    test: {
      file: 'host/core/connections/connections.test',
      title: 'SC-51: a caller has so many requests open, and others are not affected',
    },
  },
  {
    rule: 'disconnect --if-unused takes nothing down that is wanted up',
    machine: 'connections',
    name: 'refuseUsed',
    disabled: 'return null',
    test: {
      file: 'host/core/connections/connections.test',
      title: 'disconnect --if-unused takes nothing down that somebody wants up',
    },
  },
  {
    rule: 'what could not be taken down for sure stays connected if its provider says so',
    machine: 'connections',
    name: 'staysUpAfterAll',
    disabled: 'return false',
    test: {
      file: 'host/core/connections/connections.test',
      title: 'a disconnect that its provider does not answer is made by the host alone, and is looked after',
    },
  },
  {
    rule: 'only a clear no ends a connection',
    machine: 'connections',
    name: 'isLost',
    disabled: 'return true',
    test: {
      file: 'host/core/connections/connections.test',
      title: 'rule 5: what was up before a restart is managed again, and is asked for; who waited is told',
    },
  },
  {
    rule: 'a resource is used by as many as it has room for',
    machine: 'connections',
    name: 'whoUses',
    disabled: 'return null',
    test: {
      file: 'host/core/connections/connections.test',
      title: 'SC-55: who cannot have what another connection uses waits, and is told for whom',
    },
  },
]
