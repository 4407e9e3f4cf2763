/** Where the demonstration SP's own key lies in the demonstration's folder. */
export const spKeyFiles = { key: 'demo-sp/sp.key', certificate: 'demo-sp/sp.crt' } as const;
