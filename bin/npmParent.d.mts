export declare function watchNpm(gone: () => void): void;
