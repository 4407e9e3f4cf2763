/** The document of a url as it came, kept in its copy, so that another trust can judge it without the network. */
export const documentFile = 'document';
