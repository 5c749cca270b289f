//! S3's files, with a word about each change.

use std::path::PathBuf;

use s3s::dto::*;
use s3s::{S3, S3Request, S3Response, S3Result};
use s3s_fs::FileSystem;
use tokio::sync::mpsc::UnboundedSender;

/// A server's files, which tells of objects that come and go.
#[derive(Debug)]
pub(super) struct Objects {
    pub(super) files: FileSystem,
    pub(super) root: PathBuf,
    pub(super) told: UnboundedSender<Change>,
}

/// What happened to an object.
#[derive(Debug)]
pub(super) struct Change {
    /// As S3 names it, without `s3:`.
    pub(super) event: &'static str,
    pub(super) bucket: String,
    pub(super) key: String,
    pub(super) size: Option<u64>,
    pub(super) etag: Option<String>,
}

impl Objects {
    async fn created(&self, event: &'static str, object: (String, String), etag: Option<ETag>) {
        let (bucket, key) = object;
        let file = tokio::fs::metadata(self.root.join(&bucket).join(&key)).await;
        let size = file.ok().map(|file| file.len());
        let etag = etag.map(ETag::into_value);
        // Nobody listens when everything ends.
        let _ = self.told.send(Change { event, bucket, key, size, etag });
    }

    fn removed(&self, bucket: &str, key: &str) {
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        let event = "ObjectRemoved:Delete";
        let _ = self.told.send(Change { event, bucket, key, size: None, etag: None });
    }

    async fn is_there(&self, bucket: &str, key: &str) -> bool {
        tokio::fs::try_exists(self.root.join(bucket).join(key)).await.unwrap_or(false)
    }
}

/// The whole trait: what is passed on as it is, and the methods that tell of it.
macro_rules! s3 {
    ({ $($method:ident($input:ident) -> $output:ident;)* } $($told:tt)*) => {
        #[async_trait::async_trait]
        impl S3 for Objects {
            $(
                async fn $method(
                    &self,
                    request: S3Request<$input>,
                ) -> S3Result<S3Response<$output>> {
                    self.files.$method(request).await
                }
            )*
            $($told)*
        }
    };
}

s3! {
    {
        abort_multipart_upload(AbortMultipartUploadInput) -> AbortMultipartUploadOutput;
        create_bucket(CreateBucketInput) -> CreateBucketOutput;
        create_multipart_upload(CreateMultipartUploadInput) -> CreateMultipartUploadOutput;
        delete_bucket(DeleteBucketInput) -> DeleteBucketOutput;
        get_bucket_location(GetBucketLocationInput) -> GetBucketLocationOutput;
        get_object(GetObjectInput) -> GetObjectOutput;
        head_bucket(HeadBucketInput) -> HeadBucketOutput;
        head_object(HeadObjectInput) -> HeadObjectOutput;
        list_buckets(ListBucketsInput) -> ListBucketsOutput;
        list_objects(ListObjectsInput) -> ListObjectsOutput;
        list_objects_v2(ListObjectsV2Input) -> ListObjectsV2Output;
        list_parts(ListPartsInput) -> ListPartsOutput;
        upload_part(UploadPartInput) -> UploadPartOutput;
        upload_part_copy(UploadPartCopyInput) -> UploadPartCopyOutput;
    }

    async fn put_object(
        &self,
        request: S3Request<PutObjectInput>,
    ) -> S3Result<S3Response<PutObjectOutput>> {
        let object = (request.input.bucket.clone(), request.input.key.clone());
        let response = self.files.put_object(request).await?;
        self.created("ObjectCreated:Put", object, response.output.e_tag.clone()).await;
        Ok(response)
    }

    async fn copy_object(
        &self,
        request: S3Request<CopyObjectInput>,
    ) -> S3Result<S3Response<CopyObjectOutput>> {
        let object = (request.input.bucket.clone(), request.input.key.clone());
        let response = self.files.copy_object(request).await?;
        let etag = response.output.copy_object_result.as_ref().and_then(|copy| copy.e_tag.clone());
        self.created("ObjectCreated:Copy", object, etag).await;
        Ok(response)
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let object = (request.input.bucket.clone(), request.input.key.clone());
        let response = self.files.complete_multipart_upload(request).await?;
        let etag = response.output.e_tag.clone();
        self.created("ObjectCreated:CompleteMultipartUpload", object, etag).await;
        Ok(response)
    }

    async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let (bucket, key) = (request.input.bucket.clone(), request.input.key.clone());
        // S3 answers the same whether there was an object, and tells only if there was one.
        let was_there = self.is_there(&bucket, &key).await;
        let response = self.files.delete_object(request).await?;
        if was_there {
            self.removed(&bucket, &key);
        }
        Ok(response)
    }

    async fn delete_objects(
        &self,
        request: S3Request<DeleteObjectsInput>,
    ) -> S3Result<S3Response<DeleteObjectsOutput>> {
        let bucket = request.input.bucket.clone();
        let response = self.files.delete_objects(request).await?;
        let keys = response.output.deleted.iter().flatten().filter_map(|one| one.key.as_deref());
        keys.for_each(|key| self.removed(&bucket, key));
        Ok(response)
    }
}
